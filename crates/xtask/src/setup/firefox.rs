//! Firefox, for the tests in a second browser.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup, apt};
use crate::cache::CacheLock;

const VARIABLE: &str = "HEADSHOT_FIREFOX";

/// Names under which it may be installed, Debian's first.
const PROGRAMS: [&str; 2] = ["firefox-esr", "firefox"];

/// Any Firefox that runs.
pub(super) struct Firefox;

impl Requirement for Firefox {
    fn name(&self) -> String {
        "firefox".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "runs the tests in a second browser"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let running = candidates().into_iter().find_map(|path| version_of(&path).map(|version| (path, version)));
        running.map_or(Finding::Missing, |(path, version)| {
            Finding::Present(Present {
                detail: format!("{}, {}", version.major, path.display()),
                programs: vec![("firefox", path)],
            })
        })
    }

    fn plan(&self) -> &'static str {
        "installing Debian's package, takes about 1 minute"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        if env::var_os(VARIABLE).is_some() {
            bail!("{VARIABLE} must name a Firefox that runs");
        }
        apt::install_on_system(&["firefox-esr"], &setup.cache.log("apt-firefox"))
    }
}

/// What the environment names, and only that; else what is on the PATH.
fn candidates() -> Vec<PathBuf> {
    match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(path) => vec![PathBuf::from(path)],
        None => PROGRAMS.iter().flat_map(|name| on_path(name)).collect(),
    }
}
