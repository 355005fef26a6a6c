use std::io;
use std::path::PathBuf;

use md5::{Digest, Md5};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// A file that is being written; dropped unfinished, it leaves nothing behind.
pub struct Part {
    pub(super) name: String,
    file: File,
    md5: Md5,
    /// Where it is until it is kept; none where it has no name on the disk.
    path: Option<PathBuf>,
}

impl Part {
    /// What is written becomes the file of this name.
    pub(super) fn new(name: &str, file: File, path: Option<PathBuf>) -> Self {
        Self { name: name.to_owned(), file, md5: Md5::new(), path }
    }

    /// Writes on.
    ///
    /// # Errors
    /// The disk failed.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.md5.update(bytes);
        self.file.write_all(bytes).await
    }

    /// MD5 of all that was written so far.
    pub(crate) fn md5(&self) -> [u8; 16] {
        self.md5.clone().finalize().into()
    }

    /// All that was written so far, to be read from wherever the reader goes.
    ///
    /// # Errors
    /// The disk failed.
    pub(crate) async fn written(&mut self) -> io::Result<std::fs::File> {
        self.file.flush().await?;
        Ok(self.file.try_clone().await?.into_std().await)
    }

    /// All that was written would survive a power cut, under the name that is returned.
    pub(super) async fn sync(&mut self) -> io::Result<Option<PathBuf>> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        Ok(self.path.take())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}
