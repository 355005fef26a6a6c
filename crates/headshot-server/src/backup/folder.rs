//! Files and folders of backups, synced and for nobody else to read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::durable::digest;
use crate::operate::OperateError;

/// Whether there is no such folder, or nothing in it.
pub(super) fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Copies a file; answers with the SHA-256 of its bytes and how many these are.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<(String, u64)> {
    let from = File::open(from)?;
    let mut file = create(to)?;
    let copied = digest(&from, |bytes| file.write_all(bytes))?;
    file.sync_all()?;
    Ok(copied)
}

/// The SHA-256 of a file's bytes and how many these are.
pub(super) fn sha256(path: &Path) -> io::Result<(String, u64)> {
    digest(&File::open(path)?, |_| Ok(()))
}

/// The error with the file that it is about.
pub(super) fn about(path: &Path) -> impl Fn(io::Error) -> OperateError + '_ {
    move |error| OperateError::Failed(format!("{}: {error}", path.display()))
}
