use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::Bytes;
use futures_util::stream::{self, Stream};
use tokio::task::spawn_blocking;

use super::StorageError;
use crate::durable::digest;

/// So many bytes of a file are in memory at once.
const CHUNK: usize = 64 * 1024;

/// What the database knows of a file's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// SHA-256 of them in hexadecimal.
    pub sha256: &'a str,
    /// How many there are.
    pub size_bytes: u64,
}

/// A file with the bytes that were kept, all of them: whoever holds it can read them, also after it was removed.
#[derive(Clone)]
pub struct Kept(Arc<File>);

impl Kept {
    /// A file that is not looked at again.
    pub(super) fn unverified(file: File) -> Self {
        Self(Arc::new(file))
    }

    /// A file that has what is expected.
    pub(super) async fn verified(file: File, expected: Expected<'_>) -> Result<Self, StorageError> {
        let kept = Self::unverified(file);
        let found = Arc::clone(&kept.0);
        let (sha256, size_bytes) = spawn_blocking(move || digest(&found, |_| Ok(()))).await??;
        let is_it = size_bytes == expected.size_bytes && sha256 == expected.sha256;
        if is_it { Ok(kept) } else { Err(StorageError::Damaged) }
    }

    /// Its bytes from the first to the last, as often as they are asked for.
    pub fn stream(&self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static + use<> {
        stream::try_unfold((Arc::clone(&self.0), 0), async |(file, at)| {
            let (file, chunk) = spawn_blocking(move || chunk_at(&file, at).map(|chunk| (file, chunk))).await??;
            let next = at + chunk.len() as u64;
            Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), (file, next))))
        })
    }
}

/// Without the file's own position, which others who read it share.
fn chunk_at(file: &File, at: u64) -> io::Result<Vec<u8>> {
    let mut chunk = vec![0; CHUNK];
    let read = file.read_at(&mut chunk, at)?;
    chunk.truncate(read);
    Ok(chunk)
}
