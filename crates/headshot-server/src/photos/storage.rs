use std::io;

use super::folder::Folder;
use super::s3::{Bucket, Client};
use super::{Expected, Kept, Part, StorageError};
use crate::config::Photos;
use crate::store;

/// Where files of one kind are kept, under names that are ids of ours: in a folder, or in S3-compatible storage.
///
/// What was kept survives a power cut, and is read whole and as it was, or not at all.
#[derive(Clone)]
pub enum Storage {
    /// In a folder, which all servers of one database share.
    Folder(Folder),
    /// Under a prefix of a bucket.
    Bucket(Bucket),
}

impl Storage {
    /// Opens where the photos and the uploads of the store of this name are.
    ///
    /// # Errors
    /// A place cannot be opened, refuses us, or belongs to another store. A bucket that is away is no error: it is looked
    /// for again whenever it is needed.
    pub async fn open(photos: &Photos, store: &str) -> Result<[Self; 2], StorageError> {
        match photos {
            Photos::Folders { photos, uploads } => Ok([
                Self::Folder(Folder::open(photos, "HEADSHOT_PHOTO_DIR", store)?),
                Self::Folder(Folder::open(uploads, "HEADSHOT_UPLOAD_DIR", store)?),
            ]),
            Photos::S3(settings) => {
                let client = Client::new(settings)?;
                let [photos, uploads] =
                    store::Folder::ALL.map(|folder| Bucket::new(client.clone(), folder.name(), store));
                tokio::try_join!(photos.open(), uploads.open())?;
                Ok([Self::Bucket(photos), Self::Bucket(uploads)])
            }
        }
    }

    /// A file to write, which [`Storage::keep`] gives this name.
    ///
    /// # Errors
    /// This machine's disk failed.
    pub async fn new_part(&self, name: &str) -> io::Result<Part> {
        match self {
            Self::Folder(folder) => folder.new_part(name).await,
            Self::Bucket(_) => Bucket::new_part(name).await,
        }
    }

    /// Keeps a finished part under its name, instead of what was there. When this returns, it would survive a power cut.
    ///
    /// # Errors
    /// It is not known to be kept.
    pub async fn keep(&self, part: Part) -> Result<(), StorageError> {
        match self {
            Self::Folder(folder) => Ok(folder.keep(part).await?),
            Self::Bucket(bucket) => bucket.keep(part).await,
        }
    }

    /// A file whose bytes were seen to be those that the database knows.
    ///
    /// # Errors
    /// There is none, it has other bytes, or the storage is away.
    pub async fn read(&self, name: &str, expected: Expected<'_>) -> Result<Kept, StorageError> {
        match self {
            Self::Folder(folder) => folder.read(name, expected).await,
            Self::Bucket(bucket) => bucket.read(name, expected).await,
        }
    }

    /// Removes a file; what is gone already is fine.
    ///
    /// # Errors
    /// It is not known to be gone.
    pub async fn remove(&self, name: &str) -> Result<(), StorageError> {
        match self {
            Self::Folder(folder) => Ok(folder.remove(name).await?),
            Self::Bucket(bucket) => bucket.remove(name).await,
        }
    }

    /// Whether it is there, is this store's, and lets us read; asked once, without patience.
    ///
    /// # Errors
    /// It is away, or refuses us.
    pub async fn check(&self) -> Result<(), StorageError> {
        match self {
            Self::Folder(folder) => folder.check().await,
            Self::Bucket(bucket) => bucket.check().await,
        }
    }

    /// Takes over the credentials of this configuration, and nothing else of it.
    pub(crate) fn renew(&self, photos: &Photos) {
        if let (Self::Bucket(bucket), Photos::S3(settings)) = (self, photos) {
            bucket.renew(settings);
        }
    }
}
