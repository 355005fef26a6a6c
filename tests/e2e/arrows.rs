//! The dependency arrows between the project's crates: these and no others.

use std::collections::BTreeSet;

use cargo_metadata::{MetadataCommand, Package};

/// Why so: the verifier holds no I/O, the widget never sees a signing secret's code, the sandbox shares no misreading
/// with us, and what browser and server agree on is a leaf.
const ARROWS: [(&str, &str); 15] = [
    ("headshot-capture", "headshot-api"),
    ("headshot-capture", "headshot-phrases"),
    ("headshot-explain", "headshot-verify"),
    ("headshot-server", "headshot-api"),
    ("headshot-server", "headshot-explain"),
    ("headshot-server", "headshot-verify"),
    ("headshot-ssr", "headshot-widget"),
    ("headshot-tests", "headshot-api"),
    ("headshot-wasm", "headshot-explain"),
    ("headshot-wasm", "headshot-verify"),
    ("headshot-widget", "headshot-api"),
    ("headshot-widget", "headshot-capture"),
    ("headshot-widget", "headshot-phrases"),
    ("headshot-widget", "headshot-qr"),
    ("headshot-www", "headshot-widget"),
];

#[test]
fn the_crates_depend_on_each_other_only_as_drawn() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo describes the workspace");
    let names: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let found: BTreeSet<(&str, &str)> =
        metadata.packages.iter().flat_map(|package| arrows_from(package, &names)).collect();
    assert_eq!(found, BTreeSet::from(ARROWS));
}

#[test]
fn the_readme_draws_the_same_arrows() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(root).expect("the README is there");
    let drawn: BTreeSet<_> = readme.lines().filter_map(|line| line.split_once(" → ")).collect();
    assert_eq!(drawn, BTreeSet::from(ARROWS));
}

fn arrows_from<'a>(package: &'a Package, names: &BTreeSet<&'a str>) -> Vec<(&'a str, &'a str)> {
    let ours = package.dependencies.iter().filter_map(|dependency| names.get(dependency.name.as_str()));
    // A crate may depend on itself, to be tested with features that are off otherwise.
    let others = ours.filter(|dependency| **dependency != package.name.as_str());
    others.map(|dependency| (package.name.as_str(), *dependency)).collect()
}
