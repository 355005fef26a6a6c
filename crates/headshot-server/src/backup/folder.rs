//! Files and folders of backups, synced and for nobody else to read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::operate::OperateError;
use crate::random;

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
    let mut from = File::open(from)?;
    let mut file = create(to)?;
    let copied = digest(&mut from, |bytes| file.write_all(bytes))?;
    file.sync_all()?;
    Ok(copied)
}

/// The SHA-256 of a file's bytes and how many these are.
pub(super) fn sha256(path: &Path) -> io::Result<(String, u64)> {
    digest(&mut File::open(path)?, |_| Ok(()))
}

fn digest(from: &mut File, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(String, u64)> {
    let (mut hash, mut length, mut buffer) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        each(bytes)?;
        length += bytes.len() as u64;
    }
    Ok((random::to_hex(&hash.finalize()), length))
}

/// The error with the file that it is about.
pub(super) fn about(path: &Path) -> impl Fn(io::Error) -> OperateError + '_ {
    move |error| OperateError::Failed(format!("{}: {error}", path.display()))
}
