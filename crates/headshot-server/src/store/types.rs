use headshot_api::State;
use jiff::Timestamp;

use crate::ids::{PhotoId, ProviderPhotoId, ProviderSessionId, SessionId};

/// Where a session stands: the provider's word beside ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The provider's own word, kept as it came.
    pub provider_status: String,
    /// What it means in words that all providers share.
    pub state: State,
}

/// A session that a provider has just opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Our id.
    pub id: SessionId,
    /// The provider's name.
    pub provider: String,
    /// The provider's id.
    pub provider_session_id: ProviderSessionId,
    /// Where it stands.
    pub standing: Standing,
    /// The provider's link for the end user.
    pub signed_url: crate::Secret,
    /// Whether the provider runs it in test mode.
    pub test_mode: bool,
    /// The host application's own name for it.
    pub reference: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// A client token as the store sees it: never the token itself.
#[derive(Clone, Copy, Debug)]
pub struct NewClientToken {
    /// SHA-256 of the token.
    pub sha256: [u8; 32],
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What the store knows about a client token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The one session that it reads.
    pub session: SessionId,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A session as the store holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Our id.
    pub id: SessionId,
    /// The provider's name.
    pub provider: String,
    /// The provider's id.
    pub provider_session_id: ProviderSessionId,
    /// Where it stands.
    pub standing: Standing,
    /// The provider's link for the end user.
    pub signed_url: Option<String>,
    /// Whether the provider runs it in test mode.
    pub test_mode: bool,
    /// The host application's own name for it.
    pub reference: Option<String>,
    /// Photos of the present run whose copies are there, in the provider's order.
    pub photos: Vec<PhotoId>,
    /// How many photos of the present run are still to be copied.
    pub photos_missing: u32,
    /// The chosen photo, once its copy is there.
    pub favorite: Option<PhotoId>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the host application deleted it.
    pub removed_at: Option<Timestamp>,
}

// The signed URL carries the provider's own token, so it stays out of logs.
impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSession")
            .field("id", &self.id)
            .field("standing", &self.standing)
            .field("photos", &self.photos)
            .field("photos_missing", &self.photos_missing)
            .field("favorite", &self.favorite)
            .field("updated_at", &self.updated_at)
            .field("removed_at", &self.removed_at)
            .finish_non_exhaustive()
    }
}

/// A verified delivery on its way into the store.
#[derive(Clone)]
pub struct NewDelivery {
    /// The provider's name.
    pub provider: String,
    /// Which signature scheme proved it.
    pub proof: String,
    /// The bytes as received.
    pub body: Vec<u8>,
    /// What could be read from them.
    pub event: EventSummary,
    /// When they were received.
    pub received_at: Timestamp,
}

/// What the server needs from an event; all of it may be missing.
#[derive(Clone, Default)]
pub struct EventSummary {
    /// The event's id.
    pub id: Option<String>,
    /// The event's kind in the provider's word, known to us or not.
    pub kind: Option<String>,
    /// When it happened, by the provider's clock.
    pub created_at: Option<Timestamp>,
    /// The provider's session that it is about.
    pub provider_session_id: Option<ProviderSessionId>,
    /// Where the session stood then.
    pub standing: Option<Standing>,
    /// The photo that the person chose.
    pub favorite: Option<SourcePhoto>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is kept; the session is named where the event is about one of ours.
    New(Option<SessionId>),
    /// The event was kept before.
    Duplicate,
}

/// A photo at the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct SourcePhoto {
    /// The provider's id.
    pub id: ProviderPhotoId,
    /// Where its bytes are for a while; a signed link, so it stays out of logs.
    pub url: Option<String>,
    /// When the link stops working.
    pub url_expires_at: Option<Timestamp>,
}

/// What a provider says about a session when asked.
#[derive(Clone)]
pub enum ModelReading {
    /// It has no such session.
    Gone,
    /// It has one.
    Living {
        /// Where it stands.
        standing: Standing,
        /// A word that differs between two runs of one session, so that a second shoot is told from the first.
        run: Option<String>,
        /// The finished photos, where they were asked for.
        photos: Option<Vec<SourcePhoto>>,
        /// The chosen photo, where there is one.
        favorite: Option<SourcePhoto>,
    },
}

/// One row of work, leased to us.
#[derive(Clone)]
pub struct Work {
    /// The row.
    pub id: i64,
    /// The lease: a later lease of the same row has a greater one.
    pub lease: i64,
    /// How often the row had been asked for when it was claimed.
    pub wishes: i64,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// Our session.
    pub session: SessionId,
    /// The session's provider.
    pub provider: String,
    /// The provider's session.
    pub provider_session_id: ProviderSessionId,
    /// What is to be done.
    pub task: Task,
}

/// What a row of work asks for.
#[derive(Clone)]
pub enum Task {
    /// Ask the provider where the session stands.
    RefreshSession,
    /// Copy a finished photo before its link expires.
    CopyPhoto {
        /// Our id of the photo.
        photo: PhotoId,
        /// The link to it.
        source_url: Option<String>,
        /// When the link stops working.
        source_expires_at: Option<Timestamp>,
    },
}

impl Task {
    /// The word for it in the store and in logs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::RefreshSession => "refresh_session",
            Self::CopyPhoto { .. } => "copy_photo",
        }
    }
}

/// A photo's copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// SHA-256 of its bytes in hexadecimal, which is also the name of the file.
    pub sha256: String,
    /// Its media type, found from the first bytes.
    pub media_type: &'static str,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// A photo that the server can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPhoto {
    /// The name of the file.
    pub sha256: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}
