use std::time::Duration;

use axum::body::Bytes;
use headshot_api::State;
use jiff::Timestamp;

use crate::ids::{PhotoId, ProviderPhotoId, SessionId};
use crate::references::{Reference, References};
use crate::secret::Secret;
use crate::store::{StoredUpload, Submission};

/// Where a session stands: the provider's word beside ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The provider's own word, kept as it came.
    pub provider_status: String,
    /// What it means in words that all providers share.
    pub state: State,
}

/// What a session offers the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The provider's page at this link, to be framed.
    Frame(Secret),
    /// The provider's page at this link, to be opened in a tab of its own.
    Link(Secret),
    /// No page: our server takes the photos.
    Upload,
}

impl Surface {
    /// The provider's link, where there is one.
    #[must_use]
    pub fn url(&self) -> Option<&Secret> {
        match self {
            Self::Frame(url) | Self::Link(url) => Some(url),
            Self::Upload => None,
        }
    }
}

/// A surface, and until when it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is offered.
    pub surface: Surface,
    /// When its link stops working, where the provider says so.
    pub expires_at: Option<Timestamp>,
}

impl Offer {
    /// A surface of which the provider does not say how long it works.
    #[must_use]
    pub fn of(surface: Surface) -> Self {
        Self { surface, expires_at: None }
    }
}

/// A session that a provider has just opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Our id.
    pub id: SessionId,
    /// The provider's name.
    pub provider: String,
    /// The provider's ids; the first one is no other session's.
    pub references: References,
    /// Where it stands.
    pub standing: Standing,
    /// What it offers the person.
    pub offer: Offer,
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

/// A session as the store holds it. Its links are secrets, which show themselves nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// Our id.
    pub id: SessionId,
    /// The provider's name.
    pub provider: String,
    /// The provider's ids.
    pub references: References,
    /// Where it stands.
    pub standing: Standing,
    /// How new that is: the event's own time, or when the provider was asked.
    pub standing_at: Timestamp,
    /// Since when the provider answers that it has no such session.
    pub gone_since: Option<Timestamp>,
    /// Which run of the session its photos belong to.
    pub run: Option<String>,
    /// What it offers the person; nothing once it is deleted.
    pub offer: Option<Offer>,
    /// How far submitting the person's photos has come, where we take them.
    pub submission: Submission,
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
    /// When it was deleted for good, here or at the provider.
    pub removed_at: Option<Timestamp>,
}

/// How far a genuine delivery is believed; the verifier's receipt decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Its signature covers the body, and it is fresh: what the event says is shown.
    Body,
    /// Genuine, but its time is beyond the tolerance, so that it may be a replay: the provider is asked.
    Stale,
    /// Whoever sent it may have written any body: the provider is asked.
    Doorbell,
    /// Nobody knows who sent it, and the operator lets it ring all the same: the provider is asked about sessions of
    /// ours, and it leaves no trace where it is about none.
    Unsigned,
}

impl Trust {
    /// The word for it in the store and in logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Stale => "stale",
            Self::Doorbell => "doorbell",
            Self::Unsigned => "unsigned",
        }
    }
}

/// A genuine delivery on its way into the store.
#[derive(Clone)]
pub struct NewDelivery {
    /// The provider's name.
    pub provider: String,
    /// Which signature scheme proved it.
    pub proof: String,
    /// How far it is believed.
    pub trust: Trust,
    /// The bytes as received.
    pub body: Bytes,
    /// What it is about.
    pub references: References,
    /// What its event says, where it could be read and is believed.
    pub event: Option<EventSummary>,
    /// Why its event could not be read.
    pub unread: Option<&'static str>,
    /// Whether the provider can be asked whose it is, where no session of ours has its references.
    pub is_resolvable: bool,
    /// When it was received.
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
    /// Where the session stood then.
    pub standing: Option<Standing>,
    /// The photo that the person chose.
    pub favorite: Option<SourcePhoto>,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Whether it was not kept before.
    pub is_new: bool,
    /// Our sessions that it is about; all of them are read again at the provider.
    pub sessions: Vec<SessionId>,
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
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and most are living")]
pub enum Reading {
    /// It has no such session.
    Gone,
    /// It has one.
    Living(Living),
}

/// A session that a provider has.
#[derive(Clone)]
pub struct Living {
    /// Where it stands.
    pub standing: Standing,
    /// Ids that it has got since it was opened.
    pub references: References,
    /// A word that differs between two runs of one session, so that a second shoot is told from the first.
    pub run: Option<String>,
    /// The finished photos, where they were asked for.
    pub photos: Option<Vec<SourcePhoto>>,
    /// When the provider removes them, where it says so.
    pub photos_until: Option<Timestamp>,
    /// The chosen photo, where there is one.
    pub favorite: Option<SourcePhoto>,
}

impl Living {
    /// A session of which nothing is known but where it stands.
    #[must_use]
    pub fn at(standing: Standing) -> Self {
        Self { standing, references: References::none(), run: None, photos: None, photos_until: None, favorite: None }
    }
}

/// One row of work, leased to us.
#[derive(Clone, Debug)]
pub struct Work {
    /// The row.
    pub id: i64,
    /// The lease: a later lease of the same row has a greater one.
    pub lease: i64,
    /// How often the row had been asked for when it was claimed.
    pub wishes: i64,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// The provider that it is about.
    pub provider: String,
    /// What is to be done.
    pub task: Task,
}

/// What a row of work asks for.
#[derive(Clone)]
pub enum Task {
    /// Ask the provider where a session stands.
    RefreshSession {
        /// Our session.
        session: SessionId,
        /// The provider's ids of it.
        references: References,
        /// When it was opened.
        opened_at: Timestamp,
    },
    /// Ask the provider whose a delivery is.
    ResolveDelivery {
        /// What the delivery names.
        reference: Reference,
    },
    /// Copy a finished photo before its link expires.
    CopyPhoto {
        /// Our session.
        session: SessionId,
        /// Our id of the photo.
        photo: PhotoId,
        /// The link to it.
        source_url: Option<String>,
        /// When the link stops working.
        source_expires_at: Option<Timestamp>,
    },
    /// Remove a file that no photo needs any more.
    RemoveFile {
        /// The file's name.
        name: String,
    },
    /// See to it that the provider has an upload, or has it no longer.
    SyncUpload {
        /// Our session.
        session: SessionId,
        /// The provider's ids of it.
        references: References,
        /// The upload.
        upload: StoredUpload,
    },
    /// Have the provider begin.
    SubmitSession {
        /// Our session.
        session: SessionId,
        /// The provider's ids of it.
        references: References,
    },
    /// Remove the file of an upload that is needed no more.
    RemoveUpload {
        /// The file's name.
        name: String,
    },
    /// Remove all uploads of a session whose time is over.
    ForgetUploads {
        /// Our session.
        session: SessionId,
    },
}

impl Task {
    /// The word for it in the store and in logs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::RefreshSession { .. } => "refresh_session",
            Self::ResolveDelivery { .. } => "resolve_delivery",
            Self::CopyPhoto { .. } => "copy_photo",
            Self::RemoveFile { .. } => "remove_file",
            Self::SyncUpload { .. } => "sync_upload",
            Self::SubmitSession { .. } => "submit_session",
            Self::RemoveUpload { .. } => "remove_upload",
            Self::ForgetUploads { .. } => "forget_uploads",
        }
    }

    /// The session that it is about.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::RefreshSession { session, .. }
            | Self::CopyPhoto { session, .. }
            | Self::SyncUpload { session, .. }
            | Self::SubmitSession { session, .. }
            | Self::ForgetUploads { session } => Some(session),
            Self::ResolveDelivery { .. } | Self::RemoveFile { .. } | Self::RemoveUpload { .. } => None,
        }
    }
}

// A link to a photo is signed, so it stays out of logs.
impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple(self.as_str()).field(&self.session()).finish()
    }
}

/// A photo's copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
    /// Its media type, found from the first bytes.
    pub media_type: &'static str,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// A photo that the server can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPhoto {
    /// The name of its file.
    pub file: String,
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// How often a provider may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// So many calls in any minute.
    pub calls_a_minute: u32,
}

impl Quota {
    /// So many calls may be made at once, a fifth of all.
    #[must_use]
    pub fn at_once(self) -> u32 {
        (self.calls_a_minute / 5).max(1)
    }

    /// What one call takes of the time at which the rest may be made, at an even pace.
    #[must_use]
    pub fn interval(self) -> Duration {
        let evenly = self.calls_a_minute.saturating_sub(self.at_once()).max(1);
        Duration::from_millis(60_000_u64.div_ceil(evenly.into()))
    }

    /// So many calls may be made now, where those before are paid for by `paid_until`.
    #[must_use]
    pub fn left(self, paid_until: Timestamp, closed_until: Timestamp, now: Timestamp) -> u32 {
        if now < closed_until {
            return 0;
        }
        let ahead = Duration::try_from(paid_until.duration_since(now)).unwrap_or_default();
        let left = (self.interval() * self.at_once()).saturating_sub(ahead);
        u32::try_from(left.as_millis() / self.interval().as_millis()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_quota_comes_back_with_time() {
        let (quota, now) = (Quota { calls_a_minute: 300 }, Timestamp::constant(1_767_323_045, 0));
        let before = now - Duration::from_hours(1);
        let left = |calls: u32| quota.left(now + quota.interval() * calls, before, now);
        assert_eq!((quota.left(before, before, now), left(0), left(1), left(60), left(61)), (60, 60, 59, 0, 0));
        assert_eq!(quota.left(before, now + Duration::from_secs(1), now), 0);
    }
}
