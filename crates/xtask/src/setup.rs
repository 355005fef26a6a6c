//! What the project needs on a machine, how to see whether it is there, and how to get it.

mod apt;
mod apt_sources;
mod browser;
mod cargo_tool;
mod components;
mod debian;
mod firefox;
mod musl_target;
mod node;
mod npm_tool;
mod pgbouncer;
mod postgres;
mod programs;
mod python;
mod rust_source;
mod toolchain;
mod wasm_target;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::cache::{Cache, CacheLock};
use crate::console;
use crate::fuzz;
use crate::release;
use crate::workspace::Workspace;
use debian::DebianProgram;

pub(crate) use node::install_locked;

/// What is known about a requirement on this machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    Present(Present),
    Missing,
    /// Something of that name is there but cannot be used; the text says what.
    Wrong(String),
}

/// A requirement that is satisfied.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Present {
    /// Version or origin, for people.
    pub(crate) detail: String,
    /// Programs that came with it, by name.
    pub(crate) programs: Vec<(&'static str, PathBuf)>,
}

/// One thing that the project needs.
pub(crate) trait Requirement {
    /// Name and version, as the table of steps shows them.
    fn name(&self) -> String;

    /// What would not work without it.
    fn purpose(&self) -> &'static str;

    /// Whether the rest goes on without it, and says that it is not there.
    fn is_optional(&self) -> bool {
        false
    }

    /// Looks whether it is there. Changes nothing.
    fn look(&self, setup: &Setup) -> Finding;

    /// What installing does and about how long it takes.
    fn plan(&self) -> &'static str;

    /// Gets it, or says what the person can do.
    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()>;
}

/// Which part of the requirements a command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Compile, check and test the code itself.
    Code,
    /// Build what users take and run the demo.
    Demo,
    /// Build what users take, and try it as the registries would take it.
    Release,
    /// Measure the server beside others.
    ServerBench,
    /// Build the image and try it.
    Image,
    /// All that `test` runs, browsers too.
    Everything,
}

/// Where tools come from and where they go.
pub(crate) struct Setup {
    pub(crate) cache: Cache,
    pub(crate) workspace: Workspace,
}

impl Setup {
    pub(crate) fn from_environment() -> Result<Self> {
        Ok(Self { cache: Cache::from_environment()?, workspace: Workspace::find()? })
    }

    /// All requirements of that scope, in the order in which they build on each other.
    pub(crate) fn requirements(&self, scope: Scope) -> Result<Vec<Box<dyn Requirement>>> {
        if scope == Scope::ServerBench {
            return Ok(vec![Box::new(node::Node), Box::new(postgres::Postgres), Box::new(DebianProgram::nginx())]);
        }
        let mut all: Vec<Box<dyn Requirement>> = vec![Box::new(wasm_target::WasmTarget)];
        if matches!(scope, Scope::Code | Scope::Everything) {
            all.push(Box::new(components::Components));
            all.push(Box::new(postgres::Postgres));
        }
        if !matches!(scope, Scope::Demo | Scope::Image) {
            all.push(Box::new(cargo_tool::CargoTool::cargo_deny()));
        }
        if scope != Scope::Code {
            let locked = self.workspace.locked("wasm-bindgen")?;
            all.push(Box::new(node::Node));
            all.push(Box::new(cargo_tool::CargoTool::trunk()));
            all.push(Box::new(cargo_tool::CargoTool::wasm_bindgen(&locked)));
            all.push(Box::new(npm_tool::NpmTool::wasm_opt()));
            all.push(Box::new(npm_tool::NpmTool::esbuild()));
        }
        if matches!(scope, Scope::Release | Scope::Everything) {
            for version in self.workspace.oldest_compilers() {
                all.push(Box::new(toolchain::Toolchain { version }));
            }
        }
        // Without a release before, there is nothing to compare with.
        if scope == Scope::Release && release::released_before(&self.workspace)?.is_some() {
            all.push(Box::new(cargo_tool::CargoTool::cargo_semver_checks()));
        }
        if scope == Scope::Image {
            all.push(Box::new(musl_target::MuslTarget));
            all.push(Box::new(DebianProgram::musl_gcc()));
        }
        if matches!(scope, Scope::Image | Scope::Everything) {
            all.push(Box::new(DebianProgram::skopeo()));
            all.push(Box::new(DebianProgram::umoci()));
        }
        if scope == Scope::Everything {
            all.push(Box::new(DebianProgram::nginx()));
            all.push(Box::new(DebianProgram::systemd_analyze()));
            all.push(Box::new(browser::Browser));
            all.push(Box::new(firefox::Firefox));
            all.push(Box::new(cargo_tool::CargoTool::geckodriver()));
            all.push(Box::new(python::Python));
            all.push(Box::new(pgbouncer::PgBouncer));
            // Without a nightly toolchain there is nothing to run it with.
            if fuzz::has_nightly() {
                all.push(Box::new(cargo_tool::CargoTool::cargo_fuzz()));
            }
        }
        Ok(all)
    }

    /// Gets whatever is missing, and answers where the programs are.
    pub(crate) fn prepare(&self, scope: Scope) -> Result<Toolbox> {
        console::heading("Set-up");
        let mut toolbox = Toolbox { cache_root: self.cache.root().to_owned(), tools: BTreeMap::new() };
        // Taken for the first thing that is missing and kept to the end, for the builds share a folder.
        let mut lock = None;
        for requirement in self.requirements(scope)? {
            match self.satisfy(requirement.as_ref(), &mut lock) {
                Ok(present) => toolbox.add(present),
                Err(error) if requirement.is_optional() => {
                    console::lacking(&requirement.name(), &format!("left out: {error:#}"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(toolbox)
    }

    fn satisfy(&self, requirement: &dyn Requirement, lock: &mut Option<CacheLock>) -> Result<Present> {
        if let Finding::Present(present) = requirement.look(self) {
            console::done(&requirement.name(), &format!("present ({})", present.detail));
            return Ok(present);
        }
        let Some(lock) = lock else {
            *lock = Some(self.cache.lock()?);
            // Another run may have brought it while this one waited.
            return self.satisfy(requirement, lock);
        };
        self.install(requirement, lock)
    }

    fn install(&self, requirement: &dyn Requirement, lock: &CacheLock) -> Result<Present> {
        let name = requirement.name();
        console::note(&name, &format!("{} …", requirement.plan()));
        let started = Instant::now();
        requirement.install(self, lock).with_context(|| format!("could not set up {name}"))?;
        let Finding::Present(present) = requirement.look(self) else {
            bail!("{name} was installed, and yet it is not found");
        };
        console::done(&name, &format!("installed in {}", console::seconds(started.elapsed())));
        Ok(present)
    }
}

/// The programs that the set-up found or brought.
pub(crate) struct Toolbox {
    cache_root: PathBuf,
    tools: BTreeMap<&'static str, Tool>,
}

struct Tool {
    program: PathBuf,
    detail: String,
}

impl Toolbox {
    /// The path of a program that the set-up saw to.
    pub(crate) fn path(&self, program: &str) -> Result<&Path> {
        self.tools
            .get(program)
            .map(|tool| tool.program.as_path())
            .with_context(|| format!("the set-up does not know `{program}`"))
    }

    /// A program of the toolbox, with the others on its PATH.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        self.with_search_path(Command::new(self.path(program)?))
    }

    /// Puts the cached tools first on the command's PATH. A user's own tools stay where they are on it.
    pub(crate) fn with_search_path(&self, mut command: Command) -> Result<Command> {
        let cached = self
            .tools
            .values()
            .filter(|tool| tool.program.starts_with(&self.cache_root))
            .filter_map(|tool| tool.program.parent().map(Path::to_owned));
        let inherited = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(cached.chain(env::split_paths(&inherited)))
            .context("a folder of the PATH contains a colon")?;
        command.env("PATH", path);
        Ok(command)
    }

    /// What is known of these programs, as one text that changes when one of them does.
    pub(crate) fn details(&self, programs: &[&str]) -> String {
        let tools = programs.iter().filter_map(|program| self.tools.get(program));
        tools.map(|tool| tool.detail.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn add(&mut self, present: Present) {
        for (name, program) in present.programs {
            let detail = present.detail.clone();
            self.tools.insert(name, Tool { program, detail });
        }
    }
}
