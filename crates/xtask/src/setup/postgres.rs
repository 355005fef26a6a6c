//! The programs of a PostgreSQL server, of which the server's tests start one of their own.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::programs::version_of;
use super::{Finding, Present, Requirement, Setup, apt};
use crate::cache::CacheLock;

/// The folder of `initdb` and `postgres`; the tests read it too.
const VARIABLE: &str = "HEADSHOT_POSTGRES";

/// Where Debian has a folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The oldest version that the server works with.
const OLDEST: u64 = 15;

pub(super) struct Postgres;

impl Requirement for Postgres {
    fn name(&self) -> String {
        "postgresql".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "runs the server's tests on PostgreSQL"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let found = folders().into_iter().filter(|folder| folder.join("initdb").is_file());
        let mut found: Vec<_> =
            found.filter_map(|folder| Some((version_of(&folder.join("postgres"))?, folder))).collect();
        found.sort_by_key(|(version, _)| version.major);
        match found.pop() {
            Some((version, folder)) if version.major >= OLDEST => Finding::Present(Present {
                detail: format!("{}, {}", version.major, folder.display()),
                programs: vec![("postgres", folder.join("postgres"))],
            }),
            Some((version, _)) => Finding::Wrong(format!("{} is older than {OLDEST}", version.major)),
            None => Finding::Missing,
        }
    }

    fn plan(&self) -> &'static str {
        "installing Debian's package, takes about 1 minute"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        if env::var_os(VARIABLE).is_some() {
            bail!("{VARIABLE} must name the folder of `initdb` and `postgres`, {OLDEST} or newer");
        }
        apt::install_on_system(&["postgresql"], &setup.cache.log("apt-postgresql"))
    }
}

/// What the environment names, and only that; else one folder for each version.
fn folders() -> Vec<PathBuf> {
    if let Some(folder) = env::var_os(VARIABLE) {
        return vec![folder.into()];
    }
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin")).collect()
}
