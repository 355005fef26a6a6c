//! The standard library for wasm32: from rustup, or built from Debian's source where rustup has no way out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::programs::on_path;
use super::{Finding, Present, Requirement, Setup, rust_source};
use crate::cache::{CacheLock, copy_folder, make_folder, publish, remove_folder};
use crate::console;
use crate::process;
use crate::workspace::{cargo, crate_sources, remap, rustc, rustflags};

const TARGET: &str = "wasm32-unknown-unknown";
/// rustup itself would retry for minutes where nothing answers.
const RUSTUP_LIMIT: Duration = Duration::from_secs(90);
/// Says whose work a target folder is that rustup knows nothing of.
const ORIGIN_FILE: &str = "built-by-headshot-kit";

/// `wasm32-unknown-unknown` in the active toolchain.
pub(super) struct WasmTarget;

impl Requirement for WasmTarget {
    fn name(&self) -> String {
        "wasm32 target".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "compiles the widget, the page and the npm packages"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let Ok(folder) = Compiler::ask().map(|compiler| compiler.target_folder()) else {
            return Finding::Wrong("rustc does not run".to_owned());
        };
        match copies_of_core(&folder.join("lib")) {
            0 => Finding::Missing,
            1 => Finding::Present(Present {
                detail: if folder.join(ORIGIN_FILE).exists() {
                    "built from source".to_owned()
                } else {
                    "part of the toolchain".to_owned()
                },
                programs: Vec::new(),
            }),
            _ => Finding::Wrong(format!("two copies of core in {}", folder.display())),
        }
    }

    fn plan(&self) -> &'static str {
        "asking rustup for it (else building it from source, about 1 minute)"
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        let compiler = Compiler::ask()?;
        if let Finding::Wrong(fault) = self.look(setup) {
            bail!("{fault}; remove that folder and run this again");
        }
        let Err(rustup_error) = add_by_rustup(setup) else {
            return Ok(());
        };
        console::note("", "rustup could not bring it, building it from source …");
        build_from_source(setup, lock, &compiler).with_context(|| {
            format!(
                "neither rustup nor Debian's rust-src brought {TARGET} for rustc {} \
                 (with a network that reaches rustup's server, `rustup target add {TARGET}` is enough); \
                 rustup said: {rustup_error:#}",
                compiler.release
            )
        })
    }
}

/// The active compiler, as far as the target's files depend on it.
struct Compiler {
    release: String,
    commit: String,
    sysroot: PathBuf,
}

impl Compiler {
    fn ask() -> Result<Self> {
        let about = process::captured(rustc().arg("-vV"))?;
        Ok(Self {
            release: field(&about, "release")?,
            commit: field(&about, "commit-hash")?,
            sysroot: process::captured(rustc().args(["--print", "sysroot"]))?.into(),
        })
    }

    fn target_folder(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(TARGET)
    }

    /// Where the built target waits for this and other toolchains of the same version.
    fn cached_target(&self, setup: &Setup) -> PathBuf {
        let version = format!("{}-{}", self.release, self.commit);
        setup.cache.tool("wasm32-std", &version)
    }
}

fn field(about: &str, name: &str) -> Result<String> {
    about
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .map(str::to_owned)
        .with_context(|| format!("`rustc -vV` printed no {name}"))
}

fn add_by_rustup(setup: &Setup) -> Result<()> {
    if on_path("rustup").is_empty() {
        bail!("there is no rustup");
    }
    process::logged_within(
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .env("RUSTUP_MAX_RETRIES", "1")
            .current_dir(setup.workspace.root()),
        &setup.cache.log("rustup"),
        RUSTUP_LIMIT,
    )
}

fn build_from_source(setup: &Setup, lock: &CacheLock, compiler: &Compiler) -> Result<()> {
    let cached = compiler.cached_target(setup);
    if copies_of_core(&cached.join("lib")) == 0 {
        let library = rust_source::unpack(setup, lock, &compiler.release)?;
        let build = lock.scratch("wasm32-std-build")?;
        build_std(setup, compiler, &library, &build)?;
        let finished = lock.scratch("wasm32-std")?;
        collect(&build, &finished)?;
        publish(&finished, &cached)?;
    }
    install_into_toolchain(&cached, &compiler.target_folder())
}

/// Builds an empty crate together with std. The compiler is a stable one, hence the bootstrap variable.
fn build_std(setup: &Setup, compiler: &Compiler, library: &Path, build: &Path) -> Result<()> {
    make_folder(&build.join("src"))?;
    fs::write(build.join("src/lib.rs"), "")?;
    fs::write(build.join("Cargo.toml"), "[package]\nname = \"nothing\"\nedition = \"2024\"\n[workspace]\n")?;
    // Bitcode is what LTO works on. Panic messages name the official paths and not this machine's.
    let flags = rustflags([
        "-Cembed-bitcode=yes".to_owned(),
        remap(library, &format!("/rustc/{}/library", compiler.commit)),
        remap(&crate_sources(), "/rust/deps"),
    ]);
    process::logged(
        cargo()
            .args(["build", "--release", "--target", TARGET])
            .arg("-Zbuild-std=std,panic_abort,panic_unwind,test")
            .arg("--target-dir")
            .arg(build.join("target"))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_ENCODED_RUSTFLAGS", flags)
            // Cargo's own switch for a source that is not linked into the toolchain.
            .env("__CARGO_TESTS_ONLY_SRC_ROOT", library)
            .current_dir(build),
        &setup.cache.log("wasm32-std"),
    )
}

/// Copies the libraries of std out of a build folder.
fn collect(build: &Path, finished: &Path) -> Result<()> {
    let lib = finished.join("lib");
    make_folder(&lib)?;
    let libraries = build.join("target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(&libraries)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_library = path.extension().is_some_and(|extension| extension == "rlib");
        if is_library && !name.starts_with("libnothing-") {
            fs::copy(&path, lib.join(name.as_ref()))?;
        }
    }
    fs::write(
        finished.join(ORIGIN_FILE),
        "The set-up of headshot-kit built this target from Debian's rust-src.\n\
         Remove this folder before `rustup target add` of the same target.\n",
    )?;
    match copies_of_core(&lib) {
        1 => Ok(()),
        copies => bail!("the build left {copies} copies of core in {}", libraries.display()),
    }
}

/// Copies beside the final place first, then renames: an interrupt never leaves half a target.
fn install_into_toolchain(cached: &Path, place: &Path) -> Result<()> {
    let beside = place.with_extension("headshot-kit-unfinished");
    let copied = remove_folder(&beside)
        .and_then(|()| copy_folder(cached, &beside))
        .and_then(|()| remove_folder(place))
        .and_then(|()| Ok(fs::rename(&beside, place)?));
    copied.with_context(|| {
        format!(
            "cannot write to the toolchain's folder {}; use a toolchain that you may write to \
             (rustup's are in your home)",
            place.display()
        )
    })
}

/// One copy is a usable target; two make every build fail with "multiple candidates".
fn copies_of_core(lib: &Path) -> usize {
    let Ok(entries) = fs::read_dir(lib) else {
        return 0;
    };
    entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_release_and_commit_from_the_compilers_own_words() {
        let about = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\ncommit-hash: 59807616e1fa\nrelease: 1.95.0\n";
        assert_eq!(field(about, "release").unwrap(), "1.95.0");
        assert_eq!(field(about, "commit-hash").unwrap(), "59807616e1fa");
        assert!(field(about, "host").is_err());
    }
}
