//! The server under load beside nginx, Express and others of its builds, all of them in one run and in turns.

mod tables;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::figures::{Figures, read_json};
use super::{copy_files, machine};
use crate::build::Builder;
use crate::cache::{make_folder, remove_folder};
use crate::console;
use crate::process;
use crate::setup::install_locked;

/// The program that measures, and the lock files of what is measured.
const WRITTEN: &str = "tests/bench/server";

/// What is measured, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How often each row is measured under load.
    pub(crate) rounds: u32,
    pub(crate) is_quick: bool,
    /// What is measured beside nginx; all where it is empty.
    pub(crate) only: Vec<String>,
    /// Another build of the server, to set beside this one.
    pub(crate) against: Option<PathBuf>,
}

pub(crate) const PARTS: [&str; 6] = ["express", "sqlite", "postgres", "waiting", "growth", "start"];
pub(crate) const ROUNDS: u32 = 12;
pub(crate) const QUICK_ROUNDS: u32 = 3;

/// How much there is besides rounds.
struct Extent {
    slot_ms: u32,
    stored: u32,
    waiting: u32,
    starts: u32,
}

const THOROUGH: Extent = Extent { slot_ms: 2000, stored: 1_000_000, waiting: 10_000, starts: 11 };
const QUICK: Extent = Extent { slot_ms: 500, stored: 50_000, waiting: 2_000, starts: 3 };

/// Builds the server as users get it, measures it beside its peers, and prints the report.
pub(crate) fn run(builder: &Builder<'_>, options: &Options) -> Result<()> {
    let workspace = &builder.setup.workspace;
    console::heading("Build");
    let server = builder.release_server()?;
    let program = builder.bench_server(&workspace.path(WRITTEN))?;
    console::heading("Benchmark");
    let project = workspace.target("bench-server");
    make_folder(&project)?;
    copy_files(&workspace.path(WRITTEN), &project)?;
    let is_new = install_locked(&project, &workspace.log("bench-server-peers"))?;
    console::done("peers", if is_new { "installed" } else { "present" });

    let (plan, figures) = (project.join("plan.json"), project.join("figures.json"));
    fs::write(&plan, self::plan(builder, options, &server, &project)?)?;
    console::note("load", "measuring (takes a quarter of an hour, with --quick a minute or two) …");
    let load = machine::load();
    let measured = process::logged(Command::new(program).arg(&plan).arg(&figures), &workspace.log("bench-server"));
    // A million deliveries take some room.
    remove_folder(&project.join("data"))?;
    measured?;
    let report = tables::report(&Figures::read(&figures)?, &circumstances(builder, options, &load)?)?;
    console::text(&report);
    let kept = project.join("report.md");
    fs::write(&kept, report).with_context(|| format!("cannot write {}", kept.display()))?;
    console::note("report and figures", &project.display().to_string());
    Ok(())
}

/// What the measuring program is told.
fn plan(builder: &Builder<'_>, options: &Options, server: &Path, project: &Path) -> Result<String> {
    let tools = builder.tools;
    let Extent { slot_ms, stored, waiting, starts } = if options.is_quick { QUICK } else { THOROUGH };
    let data = project.join("data");
    remove_folder(&data)?;
    make_folder(&data)?;
    let against = options.against.as_ref().map(fs::canonicalize).transpose().context("--against names no program")?;
    let others = against.iter().map(|other| (", the other build", other.as_path()));
    let headshot: Vec<(&str, &Path)> = [("", server)].into_iter().chain(others).collect();
    let plan = json!({
        "headshot": headshot,
        "nginx": tools.path("nginx")?,
        "node": tools.path("node")?,
        "express": project.join("express.mjs"),
        "postgres": tools.path("postgres")?.parent(),
        "folder": data,
        "rounds": options.rounds,
        "slot_ms": slot_ms,
        "stored": stored,
        "waiting": waiting,
        "starts": starts,
        "only": options.only,
    });
    Ok(plan.to_string())
}

/// What one has to know to compare this report with another one.
fn circumstances(builder: &Builder<'_>, options: &Options, load_before: &str) -> Result<Vec<String>> {
    let tools = builder.tools;
    let lock = read_json(&builder.setup.workspace.path(WRITTEN).join("package-lock.json"))?;
    let version = |name: &str| process::captured(tools.command(name)?.arg("--version"));
    Ok(vec![
        format!(
            "{} rounds of {} ms for each row, 64 connections; shares and multiples are medians of the rounds' ratios, ± is \
             half of the distance between their quartiles",
            options.rounds,
            if options.is_quick { QUICK.slot_ms } else { THOROUGH.slot_ms },
        ),
        "load, servers, database and one disk share the machine; every answer was 200, or 304 where that is right"
            .to_owned(),
        format!("{}; load average {load_before} before, {} after", machine::processors(), machine::load()),
        format!("{}; {}; nginx {}", machine::compiler()?, version("postgres")?, tools.details(&["nginx"])),
        format!("Node {}; {}", version("node")?, machine::npm_versions(&lock)),
    ])
}
