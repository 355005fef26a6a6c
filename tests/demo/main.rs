//! `cargo xtask demo`, the README's first command.

use std::{net::TcpListener, path::Path};

use anyhow::{Context, Result, ensure};
use headshot_tests::{
    http::get,
    program::Program,
    wait::{PATIENCE, until},
};
use tokio::{process::Command, time::timeout};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_answers_on_one_url_and_leaves_nothing_running() -> Result<()> {
    let port = five_free_ports(20_000)?;
    let url = format!("http://localhost:{port}");
    let demo = Program::start(&mut demo(port), &url).await?;
    let page = get(&url).await?.text().await?;
    ensure!(page.contains("<script type=\"module\""), "not the page: {page}");
    let console = get(&format!("http://localhost:{}/console", port + 1)).await?.text().await?;
    ensure!(console.contains("<title>Headshot console</title>"), "not the server's console: {console}");

    interrupt(&demo).await?;
    ensure!(demo.ended().await?.success(), "stopping the demo looks like a failure");
    until("all ports to be free again", async || Ok(are_free(port).then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named() -> Result<()> {
    let port = five_free_ports(25_000)?;
    let _taken = TcpListener::bind(("127.0.0.1", port + 1))?;
    let output = timeout(PATIENCE, demo(port).output()).await??;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "the demo started on a port in use");
    ensure!(said.contains(&(port + 1).to_string()) && said.contains("--port"), "no clear message: {said}");
    Ok(())
}

fn demo(port: u16) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new("cargo");
    command.args(["xtask", "demo", "--port", &port.to_string()]).current_dir(root).kill_on_drop(true);
    command
}

/// Does what Ctrl-C does.
async fn interrupt(demo: &Program) -> Result<()> {
    let id = demo.id().context("the demo runs")?;
    let status = Command::new("kill").args(["-INT", &id.to_string()]).status().await?;
    ensure!(status.success(), "could not interrupt the demo");
    Ok(())
}

/// The first of five ports in a row that are free; each test looks for its own, because they run side by side.
fn five_free_ports(start: u16) -> Result<u16> {
    (start..start + 5_000).step_by(5).find(|port| are_free(*port)).context("no five free ports in a row")
}

fn are_free(first: u16) -> bool {
    (first..first + 5).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
}
