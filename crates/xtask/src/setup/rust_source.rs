//! The standard library's source for exactly this compiler, from Debian's package `rust-src`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::Setup;
use super::apt::{PrivateApt, machine_archive};
use crate::cache::{CacheLock, make_folder};
use crate::console;

const PACKAGE: &str = "rust-src";

/// Where Debian keeps compilers newer than a release's own, the smallest package lists first.
const SUITES: [&str; 6] = ["trixie-backports", "forky-backports", "trixie", "forky", "testing", "unstable"];

/// Unpacks the source of `release` (such as `1.95.0`) and answers its `library` folder.
pub(super) fn unpack(setup: &Setup, lock: &CacheLock, release: &str) -> Result<PathBuf> {
    let source = machine_archive().context("the standard library's source comes from Debian")?;
    let own_suites = source.suites.iter().map(String::as_str);
    for suite in SUITES.into_iter().chain(own_suites) {
        let folder = lock.scratch("apt")?;
        let log = setup.cache.log(&format!("apt-{suite}"));
        let Ok(apt) = PrivateApt::open(folder, &source, suite, log) else {
            continue;
        };
        let versions = apt.versions(PACKAGE)?;
        let Some(version) = versions.iter().find(|version| is_of(release, version)) else {
            continue;
        };
        console::note("", &format!("source of std {version} from Debian's {suite}"));
        let unpacked = lock.scratch("rust-src")?;
        make_folder(&unpacked)?;
        apt.unpack(PACKAGE, version, &unpacked)?;
        return library_in(&unpacked);
    }
    bail!("no Debian suite on this machine's mirror has {PACKAGE} {release}")
}

/// Whether a Debian version packages that release, whatever Debian's own revision.
fn is_of(release: &str, debian_version: &str) -> bool {
    debian_version.split(['+', '-', '~']).next().is_some_and(|upstream| upstream == release)
}

fn library_in(unpacked: &Path) -> Result<PathBuf> {
    let sources = unpacked.join("usr/src");
    for entry in fs::read_dir(&sources).context("rust-src holds no usr/src")? {
        let library = entry?.path().join("library");
        if library.join("std/Cargo.toml").is_file() {
            return Ok(library);
        }
    }
    bail!("rust-src holds no library/std")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_any_debian_revision_of_exactly_that_release() {
        assert!(is_of("1.95.0", "1.95.0+dfsg1-1~bpo13+1"));
        assert!(is_of("1.95.0", "1.95.0-1"));
        assert!(!is_of("1.95.0", "1.95.1+dfsg1-1"));
        assert!(!is_of("1.9", "1.95.0-1"));
    }
}
