use serde::{Deserialize, Serialize};

use crate::UploadLimits;
use crate::words::words;

/// A person's photo that the server keeps for the provider: the answer to `POST /v1/sessions/{id}/uploads`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// Our id, `upl_` and 32 hexadecimal digits.
    pub id: String,
    /// The name that it was sent with; no other upload of the session has it.
    pub name: String,
    /// How far it has come.
    pub state: UploadState,
    /// Its media type, found from its bytes.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// SHA-256 of its bytes in hexadecimal, by which a client knows what it need not send again.
    pub sha256: String,
    /// When it was received.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
}

/// What arrived so far: the answer to `GET /v1/sessions/{id}/uploads`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Uploads {
    /// In the order of arrival.
    pub uploads: Vec<Upload>,
    /// Whether photos can be added, removed and submitted.
    pub is_open: bool,
    /// What the server takes.
    pub limits: UploadLimits,
}

words! {
    /// How far an upload has come.
    UploadState:
    /// The server keeps it and passes it on by itself.
    Received = "received",
    /// The provider has it.
    Delivered = "delivered",
    /// The provider does not take it: remove it, and send another one.
    Refused = "refused",
}
