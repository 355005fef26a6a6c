//! The builds that the demo, the tests and the distribution share.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::cache::{copy, file_names};
use crate::console;
use crate::process;
use crate::setup::{Setup, Toolbox};
use crate::stamp::Stamp;
use crate::workspace::{Workspace, crate_sources, remap, rustc, rustflags};

/// What every build depends on besides its own folders.
const SHARED_INPUTS: [&str; 2] = ["Cargo.toml", "Cargo.lock"];
/// Packages with the two programs `headshot` and `headshot-sandbox`.
const PROGRAM_PACKAGES: [&str; 4] = ["-p", "headshot-server", "-p", "headshot-sandbox"];

/// What browsers and JavaScript runtimes load is compiled for it.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Programs whose version decides about what is built.
const BUILD_TOOLS: [&str; 3] = ["trunk", "wasm-bindgen", "wasm-opt"];

/// Builds with the set-up's tools and prints one line for each build.
pub(crate) struct Builder<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) tools: &'a Toolbox,
}

impl Builder<'_> {
    /// Builds `headshot` and `headshot-sandbox` for fast starts of a build, not of a program.
    pub(crate) fn programs(&self) -> Result<()> {
        timed("server, sandbox", "a first build takes about 2 minutes", || {
            self.cargo("programs", ["build"].iter().chain(&PROGRAM_PACKAGES))
        })
    }

    /// Builds the same as users get them, and answers the folder that they are in.
    pub(crate) fn release_programs(&self) -> Result<PathBuf> {
        timed("release binaries", "a first build takes about 4 minutes", || {
            let words = ["build", "--release"];
            self.cargo("release-programs", words.iter().chain(&PROGRAM_PACKAGES))
        })?;
        Ok(self.setup.workspace.target("release"))
    }

    /// Builds `headshot` as users get it, and answers the program.
    pub(crate) fn release_server(&self) -> Result<PathBuf> {
        timed("server", "a first build takes about 3 minutes", || {
            self.cargo("release-server", ["build", "--release", "-p", "headshot-server"].iter())
        })?;
        Ok(self.setup.workspace.target("release/headshot"))
    }

    /// Builds the program that measures the server, in a workspace of its own, and answers it.
    pub(crate) fn bench_server(&self, written: &Path) -> Result<PathBuf> {
        let workspace = &self.setup.workspace;
        let target = workspace.target("bench-server-build");
        timed("load", "a first build takes about 1 minute", || {
            let mut command = workspace.cargo(["build", "--release", "--manifest-path"]);
            command.arg(written.join("Cargo.toml")).env("CARGO_TARGET_DIR", &target);
            process::logged(&mut command, &workspace.log("bench-server-build"))
        })?;
        Ok(target.join("release/headshot-bench-server"))
    }

    /// Builds the host page and the server's console with Trunk, and answers the host page's folder. The programs that
    /// are built after it carry the console.
    pub(crate) fn pages(&self) -> Result<PathBuf> {
        let workspace = &self.setup.workspace;
        let (host, console) = (workspace.path("www/dist"), workspace.path("www/console/dist"));
        let carried = workspace.path("crates/headshot-server/console");
        let outputs = [&host, &console, &carried].map(|folder| folder.join("index.html")).to_vec();
        let inputs = [
            "www",
            "crates/headshot-widget",
            "crates/headshot-capture",
            "crates/headshot-phrases",
            "crates/headshot-qr",
            "crates/headshot-api",
        ];
        let stamp = self.stamp("pages", &inputs, outputs)?;
        unless_current(&stamp, "pages", "a first build takes about 2 minutes", || {
            // Trunk builds one at a time; together they share what they are made of, and are linked side by side.
            let words = ["build", "-p", "headshot-www", "--profile", "wasm-release", "--target", TARGET];
            self.wasm("pages", "", words.iter())?;
            self.trunk("www")?;
            self.trunk("www/console")?;
            replace_files(&console, &carried)
        })?;
        Ok(host)
    }

    /// Builds the application that is rendered on its own server, with the widget's example that is rendered in the same
    /// way, and answers the folder with what its browsers load.
    pub(crate) fn rendered_application(&self) -> Result<PathBuf> {
        let workspace = &self.setup.workspace;
        let site = workspace.target("ssr");
        timed("rendered application", "a first build takes about 2 minutes", || {
            let packages = ["build", "-p", "headshot-ssr", "-p", "headshot-widget"];
            let targets = ["--bin", "headshot-ssr", "--example", "server"];
            let features = ["--features", "headshot-ssr/ssr,headshot-widget/ssr"];
            self.cargo("ssr", packages.iter().chain(&targets).chain(&features))?;
            let words = ["rustc", "--lib", "--crate-type", "cdylib", "--target", TARGET];
            let choice = ["-p", "headshot-ssr", "--features", "hydrate", "--profile", "wasm-release"];
            self.wasm("ssr-wasm", "", words.iter().chain(&choice))?;
            process::logged(
                self.tools
                    .command("wasm-bindgen")?
                    .args(["--target", "web", "--no-typescript", "--out-name", "headshot-ssr", "--out-dir"])
                    .arg(site.join("pkg"))
                    .arg(workspace.target(&format!("{TARGET}/wasm-release/headshot_ssr.wasm"))),
                &workspace.log("ssr-bindgen"),
            )
        })?;
        Ok(site)
    }

    fn trunk(&self, page: &str) -> Result<()> {
        process::logged(
            self.tools
                .command("trunk")?
                .args(["build", "--release"])
                .current_dir(self.setup.workspace.path(page))
                .env("CARGO_ENCODED_RUSTFLAGS", remapped(&self.setup.workspace, ""))
                // Trunk takes only `true` and `false` for an answer.
                .env_remove("NO_COLOR"),
            &self.setup.workspace.log(&page.replace('/', "-")),
        )
    }

    /// Compiles for wasm32, with these flags for the compiler and cargo's output in a log.
    pub(crate) fn wasm<'w>(&self, log: &str, flags: &str, words: impl Iterator<Item = &'w &'w str>) -> Result<()> {
        let workspace = &self.setup.workspace;
        let mut command = workspace.cargo(words);
        command.env("CARGO_ENCODED_RUSTFLAGS", remapped(workspace, flags));
        process::logged(&mut command, &workspace.log(log))
    }

    /// A stamp over folders of the clone, the compiler and the tools.
    pub(crate) fn stamp(&self, name: &str, inputs: &[&str], outputs: Vec<PathBuf>) -> Result<Stamp> {
        let workspace = &self.setup.workspace;
        let inputs: Vec<PathBuf> = inputs.iter().chain(&SHARED_INPUTS).map(|inside| workspace.path(inside)).collect();
        let file = workspace.target("xtask-stamps").join(name);
        let compiler = process::captured(rustc().arg("-vV"))?;
        Stamp::new(file, &inputs, &(self.tools.details(&BUILD_TOOLS) + &compiler), outputs)
    }

    fn cargo<'w>(&self, log: &str, words: impl Iterator<Item = &'w &'w str>) -> Result<()> {
        let workspace = &self.setup.workspace;
        process::logged(&mut workspace.cargo(words), &workspace.log(log))
    }
}

/// These flags and the person's own, and none of the person's paths in what others take.
pub(crate) fn remapped(workspace: &Workspace, flags: &str) -> String {
    let own = env::var("RUSTFLAGS").unwrap_or_default();
    let own = flags.split_whitespace().chain(own.split_whitespace()).map(str::to_owned);
    rustflags(own.chain([remap(&crate_sources(), "/rust/deps"), remap(workspace.root(), "/headshot-kit")]))
}

/// Puts the files of a folder, without folders in it, in place of those of another, which keeps its hidden ones.
fn replace_files(from: &Path, to: &Path) -> Result<()> {
    for name in file_names(to)?.iter().filter(|name| !name.starts_with('.')) {
        let old = to.join(name);
        fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    let names = file_names(from)?;
    names.iter().filter(|name| from.join(name).is_file()).try_for_each(|name| copy(&from.join(name), &to.join(name)))
}

/// Where the development build of a program is.
pub(crate) fn development_program(setup: &Setup, name: &str) -> PathBuf {
    setup.workspace.target(&Path::new("debug").join(name).display().to_string())
}

/// Runs `build` unless its outputs are what it would make again.
pub(crate) fn unless_current(stamp: &Stamp, name: &str, plan: &str, build: impl FnOnce() -> Result<()>) -> Result<()> {
    if stamp.is_current() {
        console::done(name, "unchanged");
        return Ok(());
    }
    timed(name, plan, build)?;
    stamp.write()
}

fn timed(name: &str, plan: &str, build: impl FnOnce() -> Result<()>) -> Result<()> {
    console::note(name, &format!("building ({plan}) …"));
    let started = Instant::now();
    build().with_context(|| format!("could not build {name}"))?;
    let took = console::seconds(started.elapsed());
    console::done(name, &format!("built in {took}"));
    Ok(())
}
