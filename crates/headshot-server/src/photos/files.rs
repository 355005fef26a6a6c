use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Mutex, MutexGuard};

use crate::durable::create_folder;
use crate::random;

/// The folder of the copies. A file is named by the SHA-256 of its bytes, so equal photos share one.
#[derive(Clone)]
pub(crate) struct PhotoFiles {
    dir: PathBuf,
    changing: Arc<Mutex<()>>,
}

impl PhotoFiles {
    /// Opens the folder, makes it where it is missing, and removes what an interrupted attempt left.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        create_folder(dir)?;
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "part") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(Self { dir: dir.into(), changing: Arc::default() })
    }

    /// Opens a copy for reading.
    pub(crate) async fn read(&self, sha256: &str) -> io::Result<File> {
        File::open(self.dir.join(sha256)).await
    }

    /// The names of all files.
    pub(crate) async fn names(&self) -> io::Result<Vec<String>> {
        let (mut names, mut entries) = (Vec::new(), fs::read_dir(&self.dir).await?);
        while let Some(entry) = entries.next_entry().await? {
            names.extend(entry.file_name().into_string());
        }
        Ok(names)
    }

    /// Holds off others who keep or remove files. Equal photos share one file, so the row and its file must change
    /// together: otherwise one session's deletion could take the file that another session has just counted on.
    pub(crate) async fn hold(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    pub(crate) async fn new_part(&self) -> io::Result<Part> {
        let path = self.dir.join(format!("{}.part", random::hex::<8>()));
        Ok(Part { file: File::create_new(&path).await?, path: Some(path) })
    }

    /// Gives a finished part its name. When this returns, the file would survive a power cut.
    pub(crate) async fn keep(&self, mut part: Part, sha256: &str) -> io::Result<()> {
        part.file.flush().await?;
        part.file.sync_all().await?;
        let Some(path) = part.path.take() else { return Ok(()) };
        fs::rename(path, self.dir.join(sha256)).await?;
        // The new name is in the folder, which is a file of its own.
        let dir = self.dir.clone();
        tokio::task::spawn_blocking(move || std::fs::File::open(dir)?.sync_all()).await?
    }

    /// Removes copies; one that is gone already is fine.
    pub(crate) async fn remove(&self, names: &[String]) {
        for name in names {
            match fs::remove_file(self.dir.join(name)).await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => tracing::error!(%error, file = %name, "a photo could not be removed"),
            }
        }
    }
}

/// A file that is being written; dropped unfinished, it leaves nothing behind.
pub(crate) struct Part {
    file: File,
    path: Option<PathBuf>,
}

impl Part {
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_kept_part_has_its_name_and_an_unfinished_one_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let files = PhotoFiles::open(dir.path()).unwrap();
        let mut kept = files.new_part().await.unwrap();
        kept.write(b"photo").await.unwrap();
        let unfinished = files.new_part().await.unwrap();
        files.keep(kept, "abc").await.unwrap();
        drop(unfinished);
        assert_eq!(names(dir.path()), ["abc"]);
        assert_eq!(std::fs::read(dir.path().join("abc")).unwrap(), b"photo");
    }

    #[test]
    fn opening_removes_what_an_interrupted_attempt_left() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("left.part"), "half").unwrap();
        PhotoFiles::open(dir.path()).unwrap();
        assert!(names(dir.path()).is_empty());
    }
}
