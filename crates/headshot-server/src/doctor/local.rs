//! The machine: descriptors and disks.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::sys::statvfs::{Statvfs, statvfs};

use super::Finding;
use crate::config::layers::Given;
use crate::config::{Files, Photos};
use crate::store::Database;

/// So few descriptors leave hardly any for clients who wait.
const FEW_DESCRIPTORS: u64 = 4096;

const MIB: u64 = 1024 * 1024;

/// Below this the next photos do not fit.
const LEAST_SPACE: u64 = 100 * MIB;

/// Below this it is time to do something.
const LITTLE_SPACE: u64 = 1024 * MIB;

/// What the running server has, or else what one would get that is started here.
pub(super) fn descriptors(of_server: Option<u64>) -> Finding {
    const CHECK: &str = "descriptors";
    let here = || rlimit::Resource::NOFILE.get().map_or(0, |(_, hard)| hard);
    let descriptors = of_server.unwrap_or_else(here);
    if descriptors >= FEW_DESCRIPTORS {
        return Finding::ok(CHECK, format!("{descriptors} may be open at once"));
    }
    let found = format!("no more than {descriptors} may be open at once, and each client takes one");
    Finding::warn(CHECK, found, "raise the hard limit: LimitNOFILE=65536 in a systemd unit, --ulimit nofile in Docker")
}

/// A file that holds secrets is for its owner alone.
pub(super) fn settings_file(given: &Given) -> Option<Finding> {
    const CHECK: &str = "settings file";
    let file = given.file.as_ref()?;
    let mode = file.metadata().map_or(0, |metadata| metadata.permissions().mode());
    if given.holds_secrets() && mode & 0o077 != 0 {
        let found = format!("{} holds secrets, and others may read it", file.display());
        return Some(Finding::warn(CHECK, found, "chmod 600, or name files of secrets in it: `api_key_file`"));
    }
    Some(Finding::ok(CHECK, format!("{} is read", file.display())))
}

pub(super) fn disk(files: &Files) -> Vec<Finding> {
    let database = match &files.database {
        Database::Sqlite(path) => Some(("database's disk", path)),
        Database::Postgres(_) => None,
    };
    let temporary = std::env::temp_dir();
    let photos = match &files.photos {
        Photos::Folders { photos, uploads } => vec![("photos' disk", photos), ("uploads' disk", uploads)],
        // Photos are there on their way to the storage and back.
        Photos::S3(_) => vec![("temporary disk", &temporary)],
    };
    database.into_iter().chain(photos).map(|(check, path)| space(check, path)).collect()
}

fn space(check: &'static str, path: &Path) -> Finding {
    // What does not exist yet is made in the nearest folder that does.
    let folder = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    #[allow(clippy::useless_conversion, reason = "these numbers are not as long on every system")]
    let free = |disk: Statvfs| u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size()));
    match statvfs(folder) {
        Ok(disk) => judge(check, free(disk)),
        Err(error) => Finding::fail(check, format!("{}: {error}", folder.display()), "see to it that it can be read"),
    }
}

fn judge(check: &'static str, free: u64) -> Finding {
    let found = format!("{} MiB are free", free / MIB);
    let remedy = "make room, or keep less: HEADSHOT_RETENTION_BODIES, HEADSHOT_RETENTION_REPLACED_PHOTOS";
    match free {
        ..LEAST_SPACE => Finding::fail(check, found, remedy),
        LEAST_SPACE..LITTLE_SPACE => Finding::warn(check, found, remedy),
        _ => Finding::ok(check, found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn a_disk_that_fills_up_is_told_before_it_is_full() {
        let levels = [0, LEAST_SPACE, LITTLE_SPACE].map(|free| judge("disk", free).level);
        assert_eq!(levels, [Level::Fail, Level::Warn, Level::Ok]);
    }

    #[test]
    fn few_descriptors_are_told() {
        assert_eq!([1024, 65536].map(|most| descriptors(Some(most)).level), [Level::Warn, Level::Ok]);
    }

    #[test]
    fn a_folder_that_is_still_to_be_made_is_on_the_disk_of_the_one_above_it() {
        let dir = tempfile::tempdir().unwrap();
        assert_ne!(space("disk", &dir.path().join("a/b/headshot.db")).found, "");
        assert!(space("disk", &dir.path().join("a/b")).found.ends_with("MiB are free"));
    }
}
