//! What a release gives out: packed, and tried as those who take it would. Nothing is sent; that is the workflow's part.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::build::Builder;
use crate::cache::{file_names, remove_folder};
use crate::console;
use crate::dist;
use crate::process;
use crate::setup::{Setup, Toolbox};
use crate::workspace::{Workspace, crate_sources};

/// Tries everything that a release needs. With a tag, it has to be this version's, every package has to tell its changes
/// under that version, and nothing that it is made of may be known to be unsafe.
pub(crate) fn run(builder: &Builder<'_>, tag: Option<&str>) -> Result<()> {
    let workspace = &builder.setup.workspace;
    if let Some(tag) = tag {
        check_version(workspace, tag)?;
        dependencies(workspace, builder.tools, &["advisories"])?;
    }
    dist::run(builder, false)?;
    console::heading("Dry runs");
    dry_runs(builder.setup)?;
    console::heading("Oldest compilers");
    oldest_compilers(builder.setup)?;
    console::heading("Examples in the packed documentation");
    packed_examples(workspace)?;
    console::heading("Interfaces");
    interfaces(builder)
}

/// Holds what others wrote to `deny.toml`.
pub(crate) fn dependencies(workspace: &Workspace, tools: &Toolbox, checks: &[&str]) -> Result<()> {
    process::shown(tools.command("cargo-deny")?.args(["--locked", "check"]).args(checks).current_dir(workspace.root()))
}

/// Looks for mistakes in the workflow that sends.
pub(crate) fn workflows(workspace: &Workspace, tools: &Toolbox) -> Result<()> {
    let words = ["--offline", "--no-progress", "--strict-collection", "--persona", "pedantic", ".github/workflows"];
    process::shown(tools.command("zizmor")?.args(words).current_dir(workspace.root()))
}

/// Packs every crate, compiles it as packed, and has both package managers do all but send.
pub(crate) fn dry_runs(setup: &Setup) -> Result<()> {
    let workspace = &setup.workspace;
    forget_unpacked(workspace)?;
    // Cargo goes in the order in which they depend on each other.
    let mut package = workspace.cargo(["package", "--locked", "--allow-dirty"]);
    package.args(workspace.published().iter().flat_map(|krate| ["--package", &krate.name]));
    process::logged(&mut package, &workspace.log("cargo-package"))?;
    let publish = ["publish", "--dry-run", "--no-verify", "--workspace", "--locked", "--allow-dirty"];
    process::logged(&mut workspace.cargo(publish), &workspace.log("cargo-publish"))?;
    for krate in workspace.published() {
        print_size(&packed(workspace, &krate.name, ".crate"))?;
    }
    for tarball in dist::tarballs(setup) {
        let mut npm = Command::new("npm");
        // Between two releases the version is one that npm has, which it would refuse even to rehearse.
        npm.args(["publish", "--dry-run", "--force", "--access", "public"]).arg(&tarball);
        process::logged(&mut npm, &workspace.log("npm-publish"))?;
        print_size(&tarball)?;
    }
    Ok(())
}

/// Compiles each packed library with the oldest compiler that it promises, and the dependencies that cargo chooses then.
pub(crate) fn oldest_compilers(setup: &Setup) -> Result<()> {
    let workspace = &setup.workspace;
    for krate in workspace.published() {
        let Some(version) = &krate.oldest_compiler else { continue };
        if process::captured(Command::new("rustup").args(["run", version, "rustc", "--version"])).is_err() {
            console::lacking(&krate.name, &format!("left out: rustup has no Rust {version}"));
            continue;
        }
        let folder = packed(workspace, &krate.name, "");
        forget_versions(&folder)?;
        let mut check = Command::new("rustup");
        check.args(["run", version, "cargo", "check", "--all-features", "--target-dir"]);
        check.arg(workspace.target("oldest-compilers")).args(instead_of_published(workspace));
        check.current_dir(&folder).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env_remove("RUSTC");
        process::logged(&mut check, &workspace.log(&format!("{}-rust-{version}", krate.name)))?;
        console::done(&krate.name, &format!("compiles with Rust {version}"));
    }
    Ok(())
}

/// Runs what the verifier's documentation shows, far from the repository.
fn packed_examples(workspace: &Workspace) -> Result<()> {
    let folder = packed(workspace, "headshot-verify", "");
    let mut test = workspace.cargo(["test", "--doc", "--all-features", "--target-dir"]);
    test.arg(workspace.target("packed-examples")).current_dir(folder);
    process::logged(&mut test, &workspace.log("packed-examples"))
}

/// Compares the libraries' interfaces with those of the newest released version, by the rules of semantic versioning.
fn interfaces(builder: &Builder<'_>) -> Result<()> {
    let workspace = &builder.setup.workspace;
    let Some(before) = released_before(workspace)? else {
        console::lacking("interfaces", "left out: no version was released before");
        return Ok(());
    };
    let mut checks = builder.tools.command("cargo-semver-checks")?;
    checks.args(["semver-checks", "--all-features", "--baseline-rev", &before]).current_dir(workspace.root());
    for krate in workspace.published().iter().filter(|krate| krate.is_library) {
        checks.args(["--package", &krate.name]);
    }
    process::shown(&mut checks)
}

/// The newest tag of a version that this one comes after.
pub(crate) fn released_before(workspace: &Workspace) -> Result<Option<String>> {
    let mut git = Command::new("git");
    git.args(["tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname"]).current_dir(workspace.root());
    let own = format!("v{}", workspace.version());
    Ok(process::captured(&mut git)?.lines().find(|tag| **tag != own).map(str::to_owned))
}

/// The tag is this version's, and so is the first chapter of every list of changes.
fn check_version(workspace: &Workspace, tag: &str) -> Result<()> {
    let version = workspace.version();
    ensure!(tag == format!("v{version}"), "the tag is {tag}, and the version {version}");
    for folder in workspace.published().iter().map(|krate| krate.folder.clone()).chain(dist::written(workspace)) {
        let path = folder.join("CHANGELOG.md");
        let changes = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let newest = changes.lines().find_map(|line| line.strip_prefix("## "));
        ensure!(newest == Some(version), "{} does not begin with {version}", path.display());
    }
    Ok(())
}

/// What cargo left of a packed crate: a file, or the folder that it was compiled in.
fn packed(workspace: &Workspace, name: &str, end: &str) -> PathBuf {
    workspace.target("package").join(format!("{name}-{}{end}", workspace.version()))
}

/// What cargo has unpacked and compiled of a version it takes for that version for ever, also where it was packed anew since.
fn forget_unpacked(workspace: &Workspace) -> Result<()> {
    // A registry that is a folder has no host in its name.
    let registries = crate_sources().join("-").display().to_string();
    for krate in workspace.published() {
        for name in file_names(&crate_sources()).unwrap_or_default().iter().filter(|name| name.starts_with('-')) {
            remove_folder(&crate_sources().join(name).join(format!("{}-{}", krate.name, workspace.version())))?;
        }
        let compiled = format!("{}-", krate.name.replace('-', "_"));
        for name in file_names(&workspace.target("debug/deps")).unwrap_or_default() {
            let Some(hash) = name.strip_prefix(&compiled).and_then(|name| name.strip_suffix(".d")) else { continue };
            let sources = fs::read_to_string(workspace.target("debug/deps").join(&name)).unwrap_or_default();
            if sources.contains(&registries) {
                remove_folder(&workspace.target("debug/.fingerprint").join(format!("{}-{hash}", krate.name)))?;
            }
        }
    }
    Ok(())
}

/// The versions in a packed lock file are ours, not those that cargo chooses for who takes the library.
fn forget_versions(folder: &Path) -> Result<()> {
    let path = folder.join("Cargo.lock");
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Has cargo take our own crates as packed, before the registry has them.
fn instead_of_published(workspace: &Workspace) -> impl Iterator<Item = String> {
    workspace.published().iter().filter(|krate| krate.is_library).flat_map(|krate| {
        let folder = packed(workspace, &krate.name, "");
        ["--config".to_owned(), format!("patch.crates-io.{}.path={:?}", krate.name, folder.display().to_string())]
    })
}

fn print_size(file: &Path) -> Result<()> {
    let size = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    console::note(&name, &format!("{size:>18} bytes packed"));
    Ok(())
}
