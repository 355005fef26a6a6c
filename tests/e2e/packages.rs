//! What the registries get: complete, and nothing that only the repository needs.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use cargo_metadata::{MetadataCommand, Package, Target};
use headshot_tests::program::prepared;
use serde_json::Value;

const REPOSITORY: &str = "https://github.com/headshot-kit/headshot-kit";

/// What every package has besides its code.
const PAPERS: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

#[test]
fn every_published_crate_tells_the_registry_what_it_is() {
    for package in published() {
        let name = &package.name;
        assert!(package.description.is_some(), "{name} has no description");
        assert_eq!(package.license.as_deref(), Some("MIT OR Apache-2.0"), "{name}");
        assert_eq!(package.repository.as_deref(), Some(REPOSITORY), "{name}");
        assert!((1..=5).contains(&package.keywords.len()), "{name} has {} keywords", package.keywords.len());
        assert!((1..=5).contains(&package.categories.len()), "{name} has {} categories", package.categories.len());
        assert!(package.rust_version.is_some(), "{name} does not say which compilers it is for");
    }
}

#[test]
fn a_packed_crate_has_its_licences_and_changes_and_nothing_of_the_tests() {
    for package in published() {
        let files = packed_files(&package);
        for paper in PAPERS {
            assert!(files.contains(paper), "{} is packed without {paper}", package.name);
        }
        let of_tests = ["tests/", "vectors/", "proptest-regressions/"];
        let strange = files.iter().find(|file| of_tests.iter().any(|folder| file.starts_with(folder)));
        assert_eq!(strange, None, "{}", package.name);
    }
}

#[test]
fn a_packed_npm_package_has_its_licences_and_changes_and_says_where_it_is_from() {
    for name in ["headshot-verify", "headshot-widget"] {
        let tarball = prepared("HEADSHOT_DIST").join(format!("{name}-{}.tgz", env!("CARGO_PKG_VERSION")));
        let files = printed(Command::new("tar").arg("-tzf").arg(&tarball));
        for paper in PAPERS {
            assert!(files.contains(&format!("package/{paper}\n")), "{name} is packed without {paper}");
        }
        let written = printed(Command::new("tar").arg("-xzOf").arg(&tarball).arg("package/package.json"));
        let package: Value = serde_json::from_str(&written).expect("a package.json is JSON");
        assert_eq!(package["repository"]["url"], format!("git+{REPOSITORY}.git"), "{name}");
        let folder = package["repository"]["directory"].as_str().expect("it lies in a folder of the repository");
        assert!(root().join(folder).join("package.json").is_file(), "{name} says that it is from {folder}");
    }
}

#[test]
fn a_readme_begins_with_how_to_get_the_package() {
    for package in published() {
        let is_program = package.targets.iter().any(Target::is_bin);
        let command = if is_program { "cargo install --locked" } else { "cargo add" };
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
        begins_with(folder.as_std_path(), &format!("{command} {}", package.name));
    }
    for (folder, name) in [("headshot-wasm", "headshot-verify"), ("headshot-widget", "headshot-widget")] {
        begins_with(&root().join("crates").join(folder).join("npm"), &format!("npm install {name}"));
    }
}

#[test]
fn every_list_of_changes_begins_with_this_version_or_what_comes_after_it() {
    let crates = published().into_iter().map(|package| package.manifest_path.with_file_name("").into_std_path_buf());
    let npm = ["headshot-wasm", "headshot-widget"].map(|krate| root().join("crates").join(krate).join("npm"));
    for folder in crates.chain(npm) {
        let changes = fs::read_to_string(folder.join("CHANGELOG.md")).expect("changes are told");
        let newest = changes.lines().find_map(|line| line.strip_prefix("## "));
        let may_be = ["Unreleased", env!("CARGO_PKG_VERSION")];
        assert!(newest.is_some_and(|newest| may_be.contains(&newest)), "{}: {newest:?}", folder.display());
    }
}

/// The first screen of a README has this line of a shell.
fn begins_with(folder: &Path, line: &str) {
    let readme = fs::read_to_string(folder.join("README.md")).expect("a package has a README");
    let is_there = readme.lines().take(16).any(|found| found.starts_with(line));
    assert!(is_there, "{} does not begin with `{line}`", folder.display());
}

fn published() -> Vec<Package> {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo describes the workspace");
    let found: Vec<Package> = metadata.packages.into_iter().filter(|package| package.publish.is_none()).collect();
    assert!(found.len() >= 6, "only {} crates are published", found.len());
    found
}

fn packed_files(package: &Package) -> BTreeSet<String> {
    let mut list = Command::new(env!("CARGO"));
    list.args(["package", "--list", "--allow-dirty", "--package", &package.name]).current_dir(root());
    printed(&mut list).lines().map(str::to_owned).collect()
}

fn printed(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints text")
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
