use async_trait::async_trait;
use headshot_api::UploadLimits;

use super::ProviderError;
use crate::photos::Kept;
use crate::references::References;
use crate::store::Standing;

/// A provider that has no page of its own: the photos that it works on are sent to it.
///
/// Each call may be made again after an answer that was lost, so each must find out what an earlier one has done.
#[async_trait]
pub trait TakesUploads: Send + Sync {
    /// What it takes.
    fn limits(&self) -> UploadLimits;

    /// Sends a photo, unless it is there.
    async fn push(&self, references: &References, photo: OutgoingPhoto<'_>) -> Result<(), ProviderError>;

    /// Takes back the photo of this name, where it is there.
    async fn withdraw(&self, references: &References, name: &str) -> Result<(), ProviderError>;

    /// Has it begin, unless it has, and says where the session stands then; its callbacks go below `webhook_url`.
    async fn submit(&self, references: &References, webhook_url: &str) -> Result<Standing, ProviderError>;
}

/// A photo on its way to a provider.
#[derive(Clone, Copy)]
pub struct OutgoingPhoto<'a> {
    /// What the provider calls it: no words of the person's, and unlike every other.
    pub name: &'a str,
    /// Its bytes.
    pub file: &'a Kept,
    /// Its media type.
    pub media_type: &'a str,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// MD5 of its bytes, for the provider's storage to compare.
    pub md5: [u8; 16],
}
