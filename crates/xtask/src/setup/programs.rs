//! Finds programs on the PATH and asks them for their version.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::version::Version;

/// Every program of that name on the PATH, first found first.
pub(super) fn on_path(name: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    in_folders(&path, name)
}

/// What version `program` says it is, if it runs at all.
pub(super) fn version_of(program: &Path) -> Option<Version> {
    let printed = process::captured(Command::new(program).arg("--version")).ok()?;
    Version::find(&printed)
}

fn in_folders(path: &OsStr, name: &str) -> Vec<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(name)).filter(|program| is_executable(program)).collect()
}

fn is_executable(program: &Path) -> bool {
    fs::metadata(program).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_program_and_not_a_folder_of_that_name() {
        let path = OsStr::new("/nowhere:/bin:/");
        assert_eq!(in_folders(path, "sh"), [Path::new("/bin/sh")]);
        assert!(in_folders(path, "bin").is_empty());
    }
}
