//! What the server asks of a provider, in words that all providers share. One provider is one file beside this one.

pub mod headshotpro;
pub(crate) mod http;

use async_trait::async_trait;
use axum::http::HeaderMap;
use jiff::Timestamp;

use crate::ids::ProviderSessionId;
use crate::secret::Secret;
use crate::store::{ModelReading, NewDelivery, Standing};

/// A company that runs sessions.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// Its name in requests, in the store and in the path of its deliveries.
    fn name(&self) -> &'static str;

    /// Every origin that its pages may be on; a signed URL on another one is refused.
    fn frame_origins(&self) -> &Allowed;

    /// Every host, with a port where it is not the scheme's own, that its photos may be fetched from.
    fn photo_hosts(&self) -> &Allowed;

    /// Opens a session. Never sent a second time after a lost answer: the first may have arrived.
    async fn open(&self, request: OpenRequest) -> Result<Opened, ProviderError>;

    /// Asks where a session stands and, when it is ready, for its photos and the chosen one.
    async fn read(&self, id: &ProviderSessionId) -> Result<ModelReading, ProviderError>;

    /// Deletes a session; one that is gone already is fine.
    async fn delete(&self, id: &ProviderSessionId) -> Result<(), ProviderError>;

    /// Verifies a delivery and reads its event. What is genuine but cannot be read is a delivery too.
    ///
    /// # Errors
    /// The delivery is not accepted as genuine.
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<NewDelivery, Refusal>;
}

/// What the operator allows, and the setting that says so.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The name of the setting, to be named when something is refused.
    pub setting: &'static str,
    /// What is allowed.
    pub entries: Vec<String>,
}

/// What is needed to open a session.
#[derive(Clone)]
pub struct OpenRequest {
    /// The e-mail address that identifies the end user.
    pub email: String,
    /// The provider's team to put the person into.
    pub team_id: Option<String>,
    /// Whether to ask for the provider's test mode.
    pub test_mode: bool,
}

/// A session that a provider has opened.
pub struct Opened {
    /// The provider's id.
    pub id: ProviderSessionId,
    /// Where it stands.
    pub standing: Standing,
    /// The link for the end user, where the answer held one.
    pub signed_url: Option<Secret>,
}

/// A delivery that is not accepted as genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The verifier's stable code.
    pub code: &'static str,
    /// What is wrong, without anything secret.
    pub detail: String,
}

/// Why a provider did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It said no.
    #[error("the provider refused: status {status}, code {}", code.as_deref().unwrap_or("none"))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its own code, where it gave one.
        code: Option<String>,
    },
    /// It knows the e-mail address already.
    #[error("the provider already knows this e-mail address")]
    EmailExists,
    /// It has no such session.
    #[error("the provider has no such session")]
    NotFound,
    /// It limits the rate of requests.
    #[error("the provider limits the rate of requests")]
    Busy {
        /// When it takes requests again, where it says so.
        until: Option<Timestamp>,
    },
    /// The request did not reach it.
    #[error("the provider could not be reached: {0}")]
    NotReached(String),
    /// The request may have reached it, but no usable answer came.
    #[error("the provider gave no usable answer: {0}")]
    AnswerLost(String),
}
