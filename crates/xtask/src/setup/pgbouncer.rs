//! PgBouncer, which the server's tests put before a database; only unpacked, because where it is installed it also runs.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt::PrivateApt;
use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup};
use crate::cache::{CacheLock, publish};

/// The program; the tests read it too.
const VARIABLE: &str = "HEADSHOT_PGBOUNCER";

const PACKAGE: &str = "pgbouncer";

/// Its libraries that a system may lack, under the names of Debian's releases.
const LIBRARIES: [&[&str]; 2] = [&["libcares2", "libc-ares2"], &["libevent-2.1-7t64", "libevent-2.1-7"]];

/// Finds the libraries that were unpacked with the program.
const START: &str = r#"#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
LD_LIBRARY_PATH=$(echo "$here"/usr/lib/*-linux-*) exec "$here/usr/sbin/pgbouncer" "$@"
"#;

pub(super) struct PgBouncer;

impl Requirement for PgBouncer {
    fn name(&self) -> String {
        PACKAGE.to_owned()
    }

    fn purpose(&self) -> &'static str {
        "runs the server's tests behind a pool of connections"
    }

    fn look(&self, setup: &Setup) -> Finding {
        let running = candidates(setup).into_iter().find_map(|path| version_of(&path).map(|version| (path, version)));
        running.map_or(Finding::Missing, |(path, version)| {
            Finding::Present(Present {
                detail: format!("{version}, {}", path.display()),
                programs: vec![(PACKAGE, path)],
            })
        })
    }

    fn plan(&self) -> &'static str {
        "unpacking Debian's package, takes some seconds"
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        if env::var_os(VARIABLE).is_some() {
            bail!("{VARIABLE} must name a PgBouncer that runs");
        }
        let apt = PrivateApt::of_machine(lock, setup.cache.log("apt-pgbouncer"))?;
        let unpacked = lock.scratch(PACKAGE)?;
        for packages in [&[PACKAGE][..]].into_iter().chain(LIBRARIES) {
            apt.unpack_first(packages, &unpacked)?;
        }
        let start = unpacked.join(PACKAGE);
        fs::write(&start, START)?;
        fs::set_permissions(&start, fs::Permissions::from_mode(0o755))?;
        publish(&unpacked, &folder(setup))
    }
}

/// What the environment names, and only that; else what is installed, else what was unpacked.
fn candidates(setup: &Setup) -> Vec<PathBuf> {
    match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        Some(path) => vec![path.into()],
        None => on_path(PACKAGE).into_iter().chain([folder(setup).join(PACKAGE)]).collect(),
    }
}

fn folder(setup: &Setup) -> PathBuf {
    setup.cache.tool(PACKAGE, "debian")
}
