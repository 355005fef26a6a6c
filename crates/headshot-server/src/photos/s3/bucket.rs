use std::fs::File;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use md5::{Digest, Md5};
use reqwest::{Body, Response};
use sha2::Sha256;
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use super::client::broken_off;
use super::{Client, S3Settings};
use crate::photos::{Expected, Kept, OWNER, Part, StorageError};
use crate::provider::http::is_path_segment;
use crate::random;

/// No owner's name is as long.
const LONGEST_OWNER: usize = 1024;

/// The longest that a start waits for the storage.
const LONGEST_OPENING: Duration = Duration::from_secs(3);

/// Objects below a prefix of ours, named by ids of ours.
///
/// Nothing is ever removed that is not named to be removed.
#[derive(Clone)]
pub struct Bucket {
    client: Client,
    folder: &'static str,
    store: Arc<str>,
    /// Whether it was seen to be this store's.
    owned: Arc<OnceLock<()>>,
}

impl Bucket {
    pub(in crate::photos) fn new(client: Client, folder: &'static str, store: &str) -> Self {
        Self { client, folder, store: store.into(), owned: Arc::default() }
    }

    /// Looks whether it is this store's, and makes it so where it is nobody's.
    pub(in crate::photos) async fn open(&self) -> Result<(), StorageError> {
        spawn_blocking(scratch).await??;
        match self.claim_once(LONGEST_OPENING).await {
            Err(error) if error.may_pass() => {
                tracing::warn!(storage = self.client.name(), %error, "started without the storage of photos");
                Ok(())
            }
            claimed => claimed,
        }
    }

    pub(in crate::photos) async fn new_part(name: &str) -> io::Result<Part> {
        Ok(Part::new(name, spawn_blocking(scratch).await??.into(), None))
    }

    pub(in crate::photos) async fn keep(&self, mut part: Part) -> Result<(), StorageError> {
        let key = self.key(&part.name)?;
        self.own().await?;
        let (file, md5) = (part.written().await?, part.md5());
        let (size_bytes, kept) = (file.metadata()?.len(), Kept::unverified(file));
        let put = |time| self.client.put(&key, Body::wrap_stream(kept.stream()), (size_bytes, md5), time);
        self.client.patience().attempt(put).await
    }

    pub(in crate::photos) async fn read(&self, name: &str, expected: Expected<'_>) -> Result<Kept, StorageError> {
        let key = self.key(name)?;
        self.own().await?;
        self.client.patience().attempt(|time| self.read_once(&key, expected, time)).await
    }

    pub(in crate::photos) async fn remove(&self, name: &str) -> Result<(), StorageError> {
        let key = self.key(name)?;
        self.own().await?;
        self.client.patience().attempt(|time| self.client.delete(&key, time)).await
    }

    pub(in crate::photos) async fn check(&self) -> Result<(), StorageError> {
        match self.owner(self.client.patience().attempt).await? {
            Some(owner) if owner == *self.store => Ok(()),
            None if self.owned.get().is_none() => Ok(()),
            _ => Err(self.another_stores()),
        }
    }

    pub(in crate::photos) fn renew(&self, settings: &S3Settings) {
        self.client.renew(settings);
    }

    /// The name of the store whose objects are there; none where nobody's.
    pub(crate) async fn owner(&self, longest: Duration) -> Result<Option<String>, StorageError> {
        match self.client.get(&self.owner_key(), longest).await {
            Ok(response) => Ok(Some(text(response).await?.trim().to_owned())),
            Err(StorageError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes, reads and removes an object that nothing else has the name of.
    pub(crate) async fn probe(&self) -> Result<(), StorageError> {
        let (key, longest) =
            (self.client.key(&format!(".headshot-probe-{}", random::hex::<8>())), self.client.patience().attempt);
        self.put_text(&key, &self.store, longest).await?;
        let read = match self.client.get(&key, longest).await {
            Ok(response) => text(response).await,
            Err(error) => Err(error),
        };
        self.client.delete(&key, longest).await?;
        if read? == *self.store { Ok(()) } else { Err(StorageError::Damaged) }
    }

    async fn own(&self) -> Result<(), StorageError> {
        if self.owned.get().is_some() {
            return Ok(());
        }
        self.client.patience().attempt(|time| self.claim_once(time)).await
    }

    /// What is read after it was written decides: another server may have written too.
    async fn claim_once(&self, longest: Duration) -> Result<(), StorageError> {
        let mut owner = self.owner(longest).await?;
        if owner.is_none() {
            self.put_text(&self.owner_key(), &self.store, longest).await?;
            owner = self.owner(longest).await?;
        }
        if owner.as_deref() != Some(&self.store) {
            return Err(self.another_stores());
        }
        self.owned.get_or_init(|| ());
        Ok(())
    }

    async fn read_once(&self, key: &str, expected: Expected<'_>, longest: Duration) -> Result<Kept, StorageError> {
        let mut response = self.client.get(key, longest).await?;
        let mut file: tokio::fs::File = spawn_blocking(scratch).await??.into();
        let (mut sha256, mut size_bytes) = (Sha256::new(), 0);
        while let Some(chunk) = response.chunk().await.map_err(broken_off)? {
            size_bytes += chunk.len() as u64;
            if size_bytes > expected.size_bytes {
                break;
            }
            sha256.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        let is_it = size_bytes == expected.size_bytes && random::to_hex(&sha256.finalize()) == expected.sha256;
        if is_it { Ok(Kept::unverified(file.into_std().await)) } else { Err(StorageError::Damaged) }
    }

    async fn put_text(&self, key: &str, text: &str, longest: Duration) -> Result<(), StorageError> {
        let digest = (text.len() as u64, Md5::digest(text.as_bytes()).into());
        self.client.put(key, text.to_owned(), digest, longest).await
    }

    fn owner_key(&self) -> String {
        self.client.key(&format!("{}/{OWNER}", self.folder))
    }

    /// A name that would lead elsewhere is nobody's.
    fn key(&self, name: &str) -> Result<String, StorageError> {
        let key = || self.client.key(&format!("{}/{name}", self.folder));
        is_path_segment(name).then(key).ok_or(StorageError::Missing)
    }

    fn another_stores(&self) -> StorageError {
        let (storage, folder) = (self.client.name(), self.folder);
        StorageError::Refused(format!(
            "{storage}/{folder} belongs to another database; name another prefix with HEADSHOT_PHOTOS, or remove the object \
             {folder}/{OWNER} there if the others are this database's"
        ))
    }
}

/// A file that goes with whoever has it, also when the process is killed.
fn scratch() -> io::Result<File> {
    let about = |error: io::Error| {
        let place = std::env::temp_dir();
        let place = place.display();
        io::Error::new(
            error.kind(),
            format!("{place}: {error}; photos are there on their way; name another place with TMPDIR"),
        )
    };
    tempfile::tempfile().map_err(about)
}

async fn text(mut response: Response) -> Result<String, StorageError> {
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken_off)? {
        text.extend_from_slice(&chunk);
        if text.len() > LONGEST_OWNER {
            return Err(StorageError::Damaged);
        }
    }
    String::from_utf8(text).map_err(|_| StorageError::Damaged)
}
