//! Photos in S3-compatible storage. Requests are signed by rusty-s3 and sent by our own client.

mod address;
mod bucket;
mod client;
mod patience;
mod refusal;

pub use self::address::S3Address;
pub use self::bucket::Bucket;
pub(crate) use self::client::Client;
pub use self::patience::Patience;
use crate::photos::StorageError;
use crate::secret::Secret;
use crate::store::Folder;

/// A storage, and who we are there.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// How to get there.
    pub address: S3Address,
    /// Which key it knows us by.
    pub access_key_id: Secret,
    /// What requests are signed with.
    pub secret_access_key: Secret,
    /// Where the key is a temporary one.
    pub session_token: Option<Secret>,
    /// How long it may take.
    pub patience: Patience,
}

/// Writes, reads and removes an object in a storage, and looks whether what else is there is the store's of this name.
pub(crate) async fn probe(settings: &S3Settings, store: &str) -> Result<(), StorageError> {
    let client = Client::new(settings)?;
    let [photos, uploads] = Folder::ALL.map(|folder| Bucket::new(client.clone(), folder.name(), store));
    photos.probe().await?;
    photos.check().await?;
    uploads.check().await
}
