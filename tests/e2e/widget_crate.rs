//! The widget's crate as a dependency of somebody else's application.

use anyhow::{Context, Result, ensure};
use cargo_metadata::{MetadataCommand, Package};
use headshot_tests::program;
use tokio::process::Command;

#[test]
fn no_version_is_pinned_for_those_who_depend_on_it() -> Result<()> {
    for name in ["headshot-api", "headshot-widget"] {
        for dependency in package(name)?.dependencies {
            let requirement = dependency.req.to_string();
            ensure!(!requirement.contains('='), "{name} wants {} {requirement}", dependency.name);
        }
    }
    Ok(())
}

#[test]
fn the_application_chooses_how_leptos_renders() -> Result<()> {
    let widget = package("headshot-widget")?;
    let leptos = widget.dependencies.iter().find(|dependency| dependency.name == "leptos").context("Leptos")?;
    // Features add up: one that is chosen here would be on in every application's server.
    ensure!(leptos.features.is_empty(), "Leptos with {:?}", leptos.features);
    for way in ["csr", "hydrate", "ssr"] {
        assert_eq!(widget.features[way], [format!("leptos/{way}")]);
    }
    ensure!(!widget.features.contains_key("default"), "something is on that nobody has chosen");
    Ok(())
}

#[tokio::test]
async fn a_server_sends_the_place_and_drops_nothing_of_a_browser() -> Result<()> {
    let output = Command::new(program::path("examples/server")).output().await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let html = String::from_utf8(output.stdout)?;
    ensure!(html.contains("min-block-size") && html.contains("<p>Opening your photo studio…</p>"), "{html}");
    Ok(())
}

fn package(name: &str) -> Result<Package> {
    let metadata = MetadataCommand::new().no_deps().exec()?;
    metadata.packages.into_iter().find(|package| package.name == name).context("no such package")
}
