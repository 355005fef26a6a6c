//! Everything that CI checks, one step after the other; the first failure ends the run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::build::{Builder, development_program};
use crate::console;
use crate::dist;
use crate::fuzz;
use crate::image;
use crate::process;
use crate::release;
use crate::setup::{Scope, Setup, Toolbox, install_locked};

/// The crates that are compiled for browsers and JavaScript runtimes.
const WASM_CRATES: [&str; 12] = [
    "-p",
    "headshot-capture",
    "-p",
    "headshot-phrases",
    "-p",
    "headshot-qr",
    "-p",
    "headshot-wasm",
    "-p",
    "headshot-widget",
    "-p",
    "headshot-www",
];

/// Runs all steps, or those that need no npm package, page or browser.
pub(crate) fn run(setup: &Setup, is_fast: bool) -> Result<()> {
    let scope = if is_fast { Scope::Code } else { Scope::Everything };
    let mut steps = Steps::default();
    let mut tools = None;
    steps.run("set-up", || {
        tools = Some(setup.prepare(scope)?);
        Ok(())
    })?;
    let tools = tools.context("the set-up left no tools")?;
    checks(setup, &tools, &mut steps)?;
    if is_fast {
        code(setup, &mut steps)?;
    } else {
        let builder = Builder { setup, tools: &tools };
        let mut page = PathBuf::new();
        // Before the programs, which carry one of the pages.
        steps.run("pages", || {
            page = builder.pages()?;
            Ok(())
        })?;
        code(setup, &mut steps)?;
        end_to_end(&builder, &page, &mut steps)?;
    }
    steps.print();
    Ok(())
}

/// What needs no build.
fn checks(setup: &Setup, tools: &Toolbox, steps: &mut Steps) -> Result<()> {
    let cargo = |words: &[&str]| setup.workspace.cargo(words);
    steps.show("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    steps.show("clippy", &mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    steps.run("dependencies", || release::dependencies(&setup.workspace, tools, &["bans", "licenses", "sources"]))?;
    steps.show(
        "clippy for wasm32",
        cargo(&["clippy", "--target", "wasm32-unknown-unknown", "--all-features"])
            .args(WASM_CRATES)
            .args(["--", "-D", "warnings"]),
    )?;
    steps.show("documentation", cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// What needs only cargo.
fn code(setup: &Setup, steps: &mut Steps) -> Result<()> {
    let cargo = |words: &[&str]| setup.workspace.cargo(words);
    // One build of everything: choosing packages would choose their features, and build them twice.
    steps.show("build", &mut cargo(&["build", "--workspace", "--all-targets"]))?;
    steps.show("unit tests", &mut cargo(&["test", "--workspace", "--lib", "--bins"]))?;
    steps.show("examples in documentation", &mut cargo(&["test", "--workspace", "--doc"]))
}

/// What users take, used as they would: packed, in real runtimes and a real browser.
fn end_to_end(builder: &Builder<'_>, page: &Path, steps: &mut Steps) -> Result<()> {
    let workspace = &builder.setup.workspace;
    let consumers = workspace.path("tests/consumers");
    steps.run("distribution", || dist::run(builder, false))?;
    steps.run("dry runs", || release::dry_runs(builder.setup))?;
    steps.run("oldest compilers", || release::oldest_compilers(builder.setup))?;
    steps.run("image", || image::rehearse(builder))?;
    steps.run("workflows", || release::workflows(workspace, builder.tools))?;
    // The demo's own build chooses packages, and so features; a test starts the demo and should not wait for it.
    steps.run("programs of the demo", || builder.programs())?;
    let mut site = PathBuf::new();
    steps.run("application rendered on a server", || {
        site = builder.rendered_application()?;
        Ok(())
    })?;
    steps.run("npm packages of the tests", || {
        let is_new = install_locked(&consumers, &workspace.log("consumers"))?;
        let is_new = install_locked(&consumers.join("frameworks"), &workspace.log("frameworks"))? || is_new;
        console::done("consumers", if is_new { "installed" } else { "present" });
        Ok(())
    })?;
    steps.run("fuzz targets", || fuzz(builder))?;
    let mut tests = builder.tools.with_search_path(workspace.cargo(["test", "--workspace", "--test", "*"]))?;
    tests
        .env("HEADSHOT_DIST", workspace.dist())
        .env("HEADSHOT_WWW", page)
        .env("HEADSHOT_SSR", site)
        .env("HEADSHOT_CONSUMERS", &consumers)
        .env("HEADSHOT_CHROME", builder.tools.path("chrome")?)
        .env("HEADSHOT_CHROMEDRIVER", builder.tools.path("chromedriver")?)
        .env("HEADSHOT_FIREFOX", builder.tools.path("firefox")?)
        .env("HEADSHOT_GECKODRIVER", builder.tools.path("geckodriver")?)
        .env("HEADSHOT_NGINX", builder.tools.path("nginx")?)
        .env("HEADSHOT_PYTHON", builder.tools.path("python")?)
        .env("HEADSHOT_PGBOUNCER", builder.tools.path("pgbouncer")?)
        .env("HEADSHOT_BIN", development_program(builder.setup, "headshot"))
        .env("HEADSHOT_SANDBOX_BIN", development_program(builder.setup, "headshot-sandbox"));
    steps.show("integration and browser tests", &mut tests)
}

fn fuzz(builder: &Builder<'_>) -> Result<()> {
    if fuzz::has_nightly() {
        return fuzz::run(builder.setup, builder.tools);
    }
    console::line("  left out: no nightly toolchain (`rustup toolchain install nightly` brings one)");
    Ok(())
}

/// Steps that came out well, with their times.
#[derive(Default)]
struct Steps {
    finished: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// A step that shows a program's own output.
    fn show(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        self.run(name, || process::shown(command))
    }

    fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        console::heading(&format!("\n== {name}"));
        let started = Instant::now();
        step().with_context(|| format!("the step `{name}` failed"))?;
        self.finished.push((name, started.elapsed()));
        Ok(())
    }

    fn print(&self) {
        console::heading("\nAll steps passed");
        for (name, took) in &self.finished {
            console::line(&format!("  {name:<30} {:>8}", console::seconds(*took)));
        }
        let total = self.finished.iter().map(|(_, took)| *took).sum();
        console::line(&format!("  {:<30} {:>8}", "in all", console::seconds(total)));
    }
}
