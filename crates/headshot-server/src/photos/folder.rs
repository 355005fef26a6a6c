use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::fs::File;

use super::{Expected, Kept, OWNER, Part, StorageError};
use crate::durable::{create_folder, sync_folder};

/// A folder of our own, with files that are named by ids of ours.
///
/// Nothing is ever removed that is not named to be removed: what else lies in the folder is somebody's.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
    store: String,
}

impl Folder {
    /// Opens the folder, which `setting` can name, for the store of this name; makes it where it is missing.
    ///
    /// # Errors
    /// The folder is another store's, or cannot be made or read.
    pub(crate) fn open(dir: &Path, setting: &str, store: &str) -> io::Result<Self> {
        create_folder(dir)?;
        if owner(dir)?.is_none() {
            claim(dir, store)?;
        }
        match owner(dir)? {
            Some(owner) if owner == store => Ok(Self { dir: dir.into(), store: store.into() }),
            _ => Err(another_stores(dir, setting)),
        }
    }

    pub(super) async fn read(&self, name: &str, expected: Expected<'_>) -> Result<Kept, StorageError> {
        match File::open(self.dir.join(name)).await {
            Ok(file) => Kept::verified(file.into_std().await, expected).await,
            Err(error) if error.kind() == ErrorKind::NotFound => Err(StorageError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    /// A file that is to have this name, instead of what an interrupted attempt left of it.
    pub(super) async fn new_part(&self, name: &str) -> io::Result<Part> {
        let path = self.part(name);
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path).await?;
        Ok(Part::new(name, file, Some(path)))
    }

    /// Gives a finished part its name. When this returns, the file would survive a power cut.
    pub(super) async fn keep(&self, mut part: Part) -> io::Result<()> {
        let Some(path) = part.sync().await? else { return Ok(()) };
        let (dir, place) = (self.dir.clone(), self.dir.join(&part.name));
        tokio::task::spawn_blocking(move || fs::rename(path, place).and_then(|()| sync_folder(&dir))).await?
    }

    /// Removes a file, and what an interrupted attempt left of it; what is gone already is fine. When this returns, no
    /// power cut would bring it back.
    pub(super) async fn remove(&self, name: &str) -> io::Result<()> {
        let (dir, paths) = (self.dir.clone(), [self.dir.join(name), self.part(name)]);
        let removing = tokio::task::spawn_blocking(move || {
            for path in paths {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            sync_folder(&dir)
        });
        removing.await?
    }

    /// Whether the folder is there, and still ours: a disk that is not mounted leaves an empty one.
    pub(super) async fn check(&self) -> Result<(), StorageError> {
        let dir = self.dir.clone();
        match tokio::task::spawn_blocking(move || owner(&dir)).await?? {
            Some(owner) if owner == self.store => Ok(()),
            _ => Err(StorageError::Away(format!("{} is not this database's", self.dir.display()))),
        }
    }

    fn part(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.part"))
    }
}

/// The name of the store whose folder it is; none where nobody's.
pub(crate) fn owner(dir: &Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(dir.join(OWNER)) {
        Ok(owner) => Ok(Some(owner.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn claim(dir: &Path, store: &str) -> io::Result<()> {
    let named = OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join(OWNER));
    let mut named = match named {
        // Another server of this store starts too, and is about to write the same.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return wait_for_owner(dir),
        named => named?,
    };
    writeln!(named, "{store}")?;
    named.sync_all()?;
    sync_folder(dir)
}

fn wait_for_owner(dir: &Path) -> io::Result<()> {
    for _ in 0..100 {
        if owner(dir)?.is_some_and(|owner| !owner.is_empty()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn another_stores(dir: &Path, setting: &str) -> io::Error {
    let folder = dir.display();
    io::Error::other(format!(
        "the folder {folder} belongs to another database; name another one with {setting}, or remove {folder}/{OWNER} if \
         the files in it are this database's"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        entries.filter(|name| name != OWNER).collect()
    }

    #[tokio::test]
    async fn a_kept_part_has_its_name_and_an_unfinished_one_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let files = Folder::open(dir.path(), "DIR", "a").unwrap();
        let mut part = files.new_part("kept").await.unwrap();
        part.write(b"photo").await.unwrap();
        drop(files.new_part("unfinished").await.unwrap());
        files.keep(part).await.unwrap();
        assert_eq!(names(dir.path()), ["kept"]);
        assert_eq!(std::fs::read(dir.path().join("kept")).unwrap(), b"photo");
    }

    #[tokio::test]
    async fn removing_a_photo_removes_what_an_interrupted_attempt_left_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let files = Folder::open(dir.path(), "DIR", "a").unwrap();
        for name in ["mine", "mine.part", "other", "other.part"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        files.remove("mine").await.unwrap();
        files.remove("mine").await.unwrap();
        let mut left = names(dir.path());
        left.sort();
        assert_eq!(left, ["other", "other.part"]);
    }

    #[test]
    fn a_folder_has_one_owner() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("deep/photos");
        Folder::open(&folder, "DIR", "a").unwrap();
        Folder::open(&folder, "DIR", "a").unwrap();
        let error = Folder::open(&folder, "DIR", "b").err().unwrap().to_string();
        assert!(error.contains("belongs to another database") && error.contains("with DIR"), "{error}");
    }
}
