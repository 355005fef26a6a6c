//! The verifier against other packages and crates, and the server against other servers: everything of one kind is
//! measured in one run, in turns.

mod figures;
mod machine;
mod report;
pub(crate) mod server;
mod sizes;
mod table;
mod targets;
pub(crate) mod widget;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::build::Builder;
use crate::cache::{make_folder, remove_folder};
use crate::console;
use crate::dist;
use crate::process;
use crate::setup::install_locked;

use figures::{Figures, read_json};
use sizes::Sizes;
use targets::Measured;

/// The programs that measure, and the lock files of what they compare with.
const WRITTEN: &str = "tests/bench";

/// How long to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How often each row is measured.
    pub(crate) rounds: u32,
    /// How long one row runs in one round.
    pub(crate) slot_ms: u32,
}

/// Many short rounds rather than a few long ones: what disturbs a machine comes and goes, and the ratios of several runs
/// lay closer together.
pub(crate) const THOROUGH: Plan = Plan { rounds: 84, slot_ms: 5 };
/// Enough to see that everything runs.
pub(crate) const QUICK: Plan = Plan { rounds: 5, slot_ms: 5 };
/// A process takes much longer than a slot, and differs less from the next.
const MOST_STARTS: u32 = 21;

impl Plan {
    fn starts(self) -> u32 {
        self.rounds.min(MOST_STARTS)
    }
}

/// Packs our package, measures it beside its peers, and prints the report.
pub(crate) fn run(builder: &Builder<'_>, plan: Plan) -> Result<()> {
    dist::run(builder, false)?;
    console::heading("Benchmark");
    let bench = Bench { builder, project: builder.setup.workspace.target("bench"), plan };
    bench.install()?;
    let native = bench.build_native()?;
    let load = machine::load();
    let measured = bench.measure(&native)?;
    let circumstances = bench.circumstances(&measured, &load)?;
    let report = report::report(&measured, &circumstances)?;
    console::line("");
    console::text(&report);
    let kept = bench.project.join("report.md");
    fs::write(&kept, report).with_context(|| format!("cannot write {}", kept.display()))?;
    console::line("");
    console::note("report and figures", &bench.project.display().to_string());
    Ok(())
}

struct Bench<'a> {
    builder: &'a Builder<'a>,
    /// A project of its own, which has our package and its peers; the figures stay there too.
    project: PathBuf,
    plan: Plan,
}

impl Bench<'_> {
    /// Makes a project like a user's: the peers from the lock file, and ours from the packed file.
    fn install(&self) -> Result<()> {
        let workspace = &self.builder.setup.workspace;
        make_folder(&self.project)?;
        copy_files(&workspace.path(WRITTEN), &self.project)?;
        let is_new = install_locked(&self.project, &workspace.log("bench-peers"))?;
        console::done("peers", if is_new { "installed" } else { "present" });
        let ours = self.project.join("node_modules/headshot-verify");
        remove_folder(&ours)?;
        make_folder(&ours)?;
        let packed = workspace.dist().join(format!("headshot-verify-{}.tgz", workspace.version()));
        let mut unpack = Command::new("tar");
        unpack.args(["-xzf".as_ref(), packed.as_os_str(), "-C".as_ref(), ours.as_os_str()]).arg("--strip-components=1");
        process::logged(&mut unpack, &workspace.log("bench-unpack"))
    }

    /// Compiles what measures the crates, and answers the program.
    fn build_native(&self) -> Result<PathBuf> {
        let workspace = &self.builder.setup.workspace;
        let target = workspace.target("bench-native");
        console::note("native", "building (a first build takes about 2 minutes) …");
        let started = Instant::now();
        let mut command = workspace.cargo(["build", "--release", "--manifest-path"]);
        command.arg(workspace.path(WRITTEN).join("native/Cargo.toml")).env("CARGO_TARGET_DIR", &target);
        process::logged(&mut command, &workspace.log("bench-native"))?;
        console::done("native", &format!("built in {}", console::seconds(started.elapsed())));
        Ok(target.join("release/headshot-bench"))
    }

    fn measure(&self, native: &Path) -> Result<Measured> {
        let Plan { rounds, slot_ms } = self.plan;
        let (rounds, slot_ms) = (rounds.to_string(), slot_ms.to_string());
        let esbuild = self.builder.tools.path("esbuild")?.display().to_string();
        let bodies = self.project.join("bodies").display().to_string();
        let log = self.builder.setup.workspace.log("bench-bodies");
        process::logged(self.script("deliveries.mjs")?.arg(&bodies), &log)?;
        let node = self.node_figures("node", "time.mjs", &[&rounds, &slot_ms])?;
        let crates = self.project.join("native.json");
        let mut command = Command::new(native);
        command.args([&bodies, &rounds, &slot_ms]).arg(&crates);
        self.timed("native", &mut command)?;
        let sizes = self.node_figures("size", "size.mjs", &[&esbuild])?;
        let start = self.node_figures("start", "start.mjs", &[&self.plan.starts().to_string()])?;
        Ok(Measured {
            node: Figures::read(&node)?,
            native: Figures::read(&crates)?,
            start: Figures::read(&start)?,
            sizes: Sizes::read(&sizes)?,
            processor: machine::features(&read_json(&crates)?),
        })
    }

    /// Runs one of our scripts with a file for its figures as the last word.
    fn node_figures(&self, name: &str, script: &str, words: &[&str]) -> Result<PathBuf> {
        let figures = self.project.join(format!("{name}.json"));
        self.timed(name, self.script(script)?.args(words).arg(&figures))?;
        Ok(figures)
    }

    fn script(&self, name: &str) -> Result<Command> {
        let mut command = self.builder.tools.command("node")?;
        command.arg(self.project.join(name)).current_dir(&self.project);
        Ok(command)
    }

    fn timed(&self, name: &str, command: &mut Command) -> Result<()> {
        let started = Instant::now();
        process::logged(command, &self.builder.setup.workspace.log(&format!("bench-{name}")))?;
        console::done(name, &format!("measured in {}", console::seconds(started.elapsed())));
        Ok(())
    }

    /// What one has to know to compare this report with another one.
    fn circumstances(&self, measured: &Measured, load_before: &str) -> Result<Vec<String>> {
        let (Plan { rounds, slot_ms }, starts) = (self.plan, self.plan.starts());
        let workspace = &self.builder.setup.workspace;
        let node = process::captured(self.builder.tools.command("node")?.args(["-p", machine::NODE_VERSIONS]))?;
        Ok(vec![
            format!("{rounds} rounds with {slot_ms} ms for each row, {starts} starts; ratios are medians of the rounds' ratios, ± is half of the distance between their quartiles"),
            "every row starts from raw bytes and headers, has accepted a genuine delivery, and has refused a changed one".to_owned(),
            format!("{}; load average {load_before} before, {} after", machine::processor(&measured.processor), machine::load()),
            format!("{node}; {}; {}", measured.sizes.bundler, machine::compiler()?),
            format!("peers: {}", machine::npm_versions(&read_json(&workspace.path(WRITTEN).join("package-lock.json"))?)),
            format!("crates: {}", machine::crate_versions(&workspace.path(WRITTEN).join("native/Cargo.lock"))?),
        ])
    }
}

/// Copies the files of one folder, and none of the folders in it.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}
