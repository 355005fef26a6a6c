//! Python with the packages that the tests need, of the versions that `crates/xtask/python` names.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup, apt};
use crate::cache::{CacheLock, publish};
use crate::process;
use crate::version::Version;

/// Where the packages are named, with their checksums.
const LOCKED_IN: &str = "crates/xtask/python/requirements.txt";
/// The oldest Python that the locked packages are complete for.
const OLDEST: Version = Version { major: 3, minor: 11, patch: 0 };

/// The person's own Python, with packages in a virtual environment of the cache.
pub(super) struct Python;

impl Python {
    fn folder(setup: &Setup) -> Result<PathBuf> {
        let path = setup.workspace.path(LOCKED_IN);
        let locked = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut hasher = DefaultHasher::new();
        hasher.write(&locked);
        Ok(setup.cache.tool("python", &format!("{:016x}", hasher.finish())))
    }
}

impl Requirement for Python {
    fn name(&self) -> String {
        format!("python ≥ {}.{}", OLDEST.major, OLDEST.minor)
    }

    fn purpose(&self) -> &'static str {
        "runs what others have written against the sandbox and the server, and checks workflows"
    }

    fn look(&self, setup: &Setup) -> Finding {
        let program = Self::folder(setup).map(|folder| folder.join("bin/python"));
        let found = program.ok().and_then(|program| version_of(&program).map(|version| (program, version)));
        found.map_or(Finding::Missing, |(program, version)| {
            Finding::Present(Present {
                detail: format!("{version}, {}", program.display()),
                programs: vec![("zizmor", program.with_file_name("zizmor")), ("python", program)],
            })
        })
    }

    fn plan(&self) -> &'static str {
        "fetching its packages takes about half a minute"
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        let log = setup.cache.log("python");
        let finished = lock.scratch("python")?;
        if make_environment(&finished, &log).is_err() {
            apt::install_on_system(&["python3", "python3-venv"], &setup.cache.log("apt-python"))?;
            make_environment(&finished, &log)?;
        }
        let mut pip = Command::new(finished.join("bin/python"));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--require-hashes"])
            // Only pyvips is published as nothing but source, which is all Python.
            .args(["--only-binary", ":all:", "--no-binary", "pyvips", "--requirement"])
            .arg(setup.workspace.path(LOCKED_IN));
        process::logged(&mut pip, &log)?;
        publish(&finished, &Self::folder(setup)?)
    }
}

/// Makes a virtual environment with pip in it.
fn make_environment(folder: &Path, log: &Path) -> Result<()> {
    let python = on_path("python3").into_iter().find(|program| version_of(program) >= Some(OLDEST));
    let python = python.with_context(|| format!("there is no python3 of {OLDEST} or newer on the PATH"))?;
    process::logged(Command::new(python).args(["-m", "venv", "--clear"]).arg(folder), log)
}
