//! The widget in every state and look, photographed for people to look at.

use anyhow::Result;

use crate::build::Builder;
use crate::console;
use crate::dist;
use crate::process;

/// Leaves the pictures in `target/shots`, and a page with all of them.
pub(crate) fn run(builder: &Builder<'_>) -> Result<()> {
    dist::run(builder, false)?;
    console::heading("Shots");
    let workspace = &builder.setup.workspace;
    let folder = workspace.target("shots");
    let mut shots = workspace.cargo(["run", "--package", "headshot-tests", "--example", "shots", "--"]);
    shots
        .arg(&folder)
        .env("HEADSHOT_DIST", workspace.dist())
        .env("HEADSHOT_CHROME", builder.tools.path("chrome")?)
        .env("HEADSHOT_CHROMEDRIVER", builder.tools.path("chromedriver")?);
    process::shown(&mut shots)?;
    console::note("in", &folder.join("index.html").display().to_string());
    Ok(())
}
