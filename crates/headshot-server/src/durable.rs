//! Files that would survive a power cut, and their names: a name is in its folder, which is a file of its own.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::random::to_hex;

/// Makes a folder and what is missing above it, for nobody else to read.
///
/// # Errors
/// One of them cannot be made or synced.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    create_missing(path, &mut sync_folder)
}

/// Makes the names in a folder survive.
///
/// # Errors
/// The folder cannot be opened or synced.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path)?.sync_all()
}

/// Has the system write a file as it shows it, where there is one: after a sync that failed it may show what the disk does
/// not have, and thinks that it was written.
///
/// # Errors
/// The file cannot be read, written or synced.
pub(crate) fn rewrite(path: &Path) -> io::Result<()> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    read_through(&file, |at, bytes| file.write_all_at(bytes, at))?;
    file.sync_all()
}

/// Reads a file from its first byte on, wherever others who have it read; `each` is told where its bytes begin.
///
/// # Errors
/// The file cannot be read, or `each` fails.
pub(crate) fn read_through(file: &File, mut each: impl FnMut(u64, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let (mut bytes, mut at) = (vec![0; 64 * 1024], 0);
    loop {
        let length = file.read_at(&mut bytes, at)?;
        if length == 0 {
            return Ok(());
        }
        each(at, &bytes[..length])?;
        at += length as u64;
    }
}

/// The SHA-256 of a file's bytes in hexadecimal, and how many these are; `each` takes them too.
///
/// # Errors
/// The file cannot be read, or `each` fails.
pub(crate) fn digest(file: &File, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(String, u64)> {
    let (mut hash, mut length) = (Sha256::new(), 0);
    read_through(file, |_, bytes| {
        hash.update(bytes);
        length += bytes.len() as u64;
        each(bytes)
    })?;
    Ok((to_hex(&hash.finalize()), length))
}

fn create_missing(path: &Path, sync: &mut impl FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let Some(parent) = path.parent() else { return Ok(()) };
    create_missing(parent, sync)?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.and_then(|()| sync(parent)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_name_of_each_new_folder_is_synced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/c");
        let create = || {
            let mut synced = Vec::new();
            create_missing(&path, &mut |folder: &Path| {
                synced.push(folder.to_owned());
                sync_folder(folder)
            })
            .unwrap();
            synced
        };
        assert_eq!(create(), [dir.path().to_owned(), dir.path().join("a"), dir.path().join("a/b")]);
        assert_eq!(create(), [""; 0].map(std::path::PathBuf::from));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_that_is_written_again_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        rewrite(&path).unwrap();
        assert!(!path.exists());
        let bytes: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(&path, &bytes).unwrap();
        rewrite(&path).unwrap();
        assert!(std::fs::read(&path).unwrap() == bytes);
    }

    #[test]
    fn a_file_in_the_way_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        File::create(&path).unwrap();
        assert!(create_folder(&path).is_err());
        assert!(create_folder(&path.join("below")).is_err());
    }

    #[test]
    fn the_present_folder_needs_no_name() {
        create_folder(Path::new("")).unwrap();
        sync_folder(Path::new("")).unwrap();
    }
}
