//! What an event means, whichever the provider.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{References, UnixSeconds, words::names};

/// An event in words that every provider shares.
///
/// It is a summary to act on. States may go backwards, and the provider's own event says more.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Neutral {
    /// What happened.
    pub kind: NeutralKind,
    /// The provider's id of what the event is about, by which its API is asked: HeadshotPro's model, Scale Headshots'
    /// submission, Skylab's job.
    pub session: Option<String>,
    /// The provider's id of the person: HeadshotPro's `uid`, Scale Headshots' contact.
    pub person: Option<String>,
    /// The event's id, the same in every delivery of it; nothing where the provider wrote an id that is none.
    pub event_id: Option<String>,
    /// Where the session stands, if the event says so.
    pub state: Option<NeutralState>,
    /// The photos that the event brings.
    pub photos: Vec<NeutralPhoto>,
}

names! {
    /// What happened to a session.
    pub enum NeutralKind {
        /// It was opened.
        SessionCreated = "session_created",
        /// It stands somewhere else.
        StateChanged = "state_changed",
        /// Its headshots are there.
        PhotosReady = "photos_ready",
        /// The person chose a favourite.
        FavoriteSelected = "favorite_selected",
        /// The provider gave up.
        SessionFailed = "session_failed",
        /// It was removed.
        SessionDeleted = "session_deleted",
        /// Something that has no common word.
        Other = "other",
    }
    as_str
}

names! {
    /// Where a session stands, in the words that this project uses everywhere.
    pub enum NeutralState {
        /// The person has still something to do.
        AwaitingUser = "awaiting_user",
        /// Somebody has to accept the photos.
        InReview = "in_review",
        /// The provider is working.
        Processing = "processing",
        /// The headshots are there.
        Ready = "ready",
        /// The provider gave up.
        Failed = "failed",
        /// The session and its data are gone.
        Deleted = "deleted",
    }
    as_str
}

/// A photo that an event brings, with a link that stops working: copy the file soon.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct NeutralPhoto {
    /// The provider's id of it, or the file's name where photos have no id.
    pub id: String,
    /// The link to take.
    pub url: String,
    /// When the link stops working, if the event or the link says so; if not, assume 24 hours at HeadshotPro.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_rfc3339"))]
    pub expires_at: Option<UnixSeconds>,
    /// Whether it is the person's favourite.
    pub is_favorite: bool,
}

impl Neutral {
    /// What is known of a delivery that is no event: whom it is about.
    #[must_use]
    pub fn of_unreadable(about: References) -> Self {
        Self::of(NeutralKind::Other, about)
    }

    /// An event that says nothing but what kind it is and whom it is about.
    pub(crate) fn of(kind: NeutralKind, about: References) -> Self {
        let References { session, person, event_id } = about;
        Self { kind, session, person, event_id, state: None, photos: Vec::new() }
    }

    /// The same as JSON, with times in RFC 3339; what is absent is `null`. With the feature `serde`.
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn to_json(&self) -> String {
        crate::json::written(self)
    }
}

#[cfg(feature = "serde")]
#[expect(clippy::ref_option, reason = "it is how serde's derive passes it")]
fn as_rfc3339<S: serde::Serializer>(moment: &Option<UnixSeconds>, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&moment.map(|moment| crate::time::Civil::from(moment).to_rfc3339()), serializer)
}

// Links stay out of logs.
impl fmt::Debug for Neutral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Neutral")
            .field("kind", &self.kind)
            .field("session", &self.session)
            .field("person", &self.person)
            .field("event_id", &self.event_id)
            .field("state", &self.state)
            .field("photos", &self.photos)
            .finish()
    }
}

impl fmt::Debug for NeutralPhoto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NeutralPhoto").field("id", &self.id).finish_non_exhaustive()
    }
}
