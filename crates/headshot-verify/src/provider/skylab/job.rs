use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
    EventError, Fields, NeutralPhoto, NeutralState,
    json::{self, Object},
    shape::shape,
    time::{read_amazon_expiry, read_rfc3339},
    words::words,
};

words! {
    /// Where a job stands; cancelling takes it back to the beginning.
    pub enum State {
        /// Not yet queued, or its photos are not all there.
        Pending = "pending",
        /// It waits for its turn.
        Queued = "queued",
        /// Its photos are being made.
        Processing = "processing",
        /// Its photos are there.
        Complete = "complete",
        /// It failed.
        Error = "error",
    }
}

/// A job as an event shows it.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Job {
    /// Its id, an integer, with the digits as they came.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// The name that whoever made it gave it.
    pub name: Option<String>,
    /// The id of the account, an integer.
    pub account_id: Option<String>,
    /// The id of the profile, an integer.
    pub profile_id: Option<String>,
    /// What kind of job it is, `regular`.
    pub job_type: Option<String>,
    /// When it was created, RFC 3339, as are all its times.
    pub created_at: Option<String>,
    /// When it was changed last.
    pub updated_at: Option<String>,
    /// When it was queued.
    pub submitted_at: Option<String>,
    /// When it was done.
    pub completed_at: Option<String>,
    /// When its photos are removed.
    pub expiry_date: Option<String>,
    /// What went wrong, one message after the other, however deeply they were nested.
    pub errors: Vec<String>,
    /// The link to each photo, after the name of its file and ordered by it. A file named `.jpg` may hold a PNG
    /// \[k-openapi\].
    #[cfg_attr(feature = "serde", serde(serialize_with = "json::as_map"))]
    pub photo_urls: Vec<(String, String)>,
    /// Every other field.
    pub other: Fields,
}

// JSON and prose spell fields differently \[004\]; the spelling of JSON comes first. Messages are shown as texts
// \[k-openapi\] and as arrays of texts \[004\].
shape! {
    Job(id: String, state: State) {
        optional_text name = "name";
        optional_integer account_id = "accountId" or "account_id";
        optional_integer profile_id = "profileId" or "profile_id";
        optional_text job_type = "type";
        optional_text created_at = "createdAt" or "created_at";
        optional_text updated_at = "updatedAt" or "updated_at";
        optional_text submitted_at = "submittedAt" or "submitted_at";
        optional_text completed_at = "completedAt" or "completed_at";
        optional_text expiry_date = "expiryDate" or "expiry_date";
        flat_texts errors = "errors";
        named_texts photo_urls = "photoDownloadUrls" or "photo_download_urls";
    }
}

impl Job {
    /// Whether these are the fields of a job: an integer `id` and a text `state`.
    pub(super) fn is_in(fields: &Object<'_>) -> bool {
        fields.get("id").is_some_and(json::is_number) && fields.get("state").is_some_and(json::is_text)
    }

    pub(super) fn read(mut fields: Object<'_>) -> Result<Self, EventError> {
        let id = fields.require("id", "/id", json::integer)?;
        let state = State::from(fields.require("state", "/state", json::text)?);
        Ok(Self::from_fields(fields, id, state))
    }

    pub(super) fn neutral_photos(&self) -> Vec<NeutralPhoto> {
        let removed_at = self.expiry_date.as_deref().and_then(read_rfc3339);
        let mut photos = Vec::new();
        for (name, url) in &self.photo_urls {
            // At its own end, or when the photo is removed, whichever comes first.
            let expires_at = match (read_amazon_expiry(url), removed_at) {
                (Some(end), Some(removed_at)) => Some(end.min(removed_at)),
                (end, removed_at) => end.or(removed_at),
            };
            photos.push(NeutralPhoto { id: name.clone(), url: url.clone(), expires_at, is_favorite: false });
        }
        photos
    }
}

impl State {
    /// `pending` is a job that is still being put together, not one in training as elsewhere.
    pub(super) const fn neutral(&self) -> Option<NeutralState> {
        match self {
            Self::Pending => Some(NeutralState::AwaitingUser),
            Self::Queued | Self::Processing => Some(NeutralState::Processing),
            Self::Complete => Some(NeutralState::Ready),
            Self::Error => Some(NeutralState::Failed),
            Self::Other(_) => None,
        }
    }
}

// Names and links stay out of logs.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}
