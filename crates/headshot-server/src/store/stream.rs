//! What the host application is told, as the store holds it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::StoredSession;
use crate::ids::EventId;

/// How something was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A delivery of the provider told it.
    Delivery,
    /// The provider said so when it was asked.
    Reading,
    /// The host application did it.
    Host,
    /// The person did it, in a page that is ours.
    Person,
}

impl Source {
    /// The word for it on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Reading => "reading",
            Self::Host => "host",
            Self::Person => "person",
        }
    }
}

/// A session as it was when something happened to it, without anybody's links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub(crate) session_id: String,
    pub(crate) reference: Option<String>,
    pub(crate) provider: String,
    pub(crate) state: String,
    pub(crate) provider_status: String,
    pub(crate) test_mode: bool,
    pub(crate) photos: Vec<String>,
    pub(crate) favorite: Option<String>,
}

impl Snapshot {
    pub(crate) fn of(session: &StoredSession) -> Self {
        Self {
            session_id: session.id.to_string(),
            reference: session.reference.clone(),
            provider: session.provider.clone(),
            state: session.standing.state.as_str().to_owned(),
            provider_status: session.standing.provider_status.clone(),
            test_mode: session.test_mode,
            photos: session.photos.iter().map(ToString::to_string).collect(),
            favorite: session.favorite.as_ref().map(ToString::to_string),
        }
    }

    /// The session.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// In the words of events, with ids instead of links.
    pub(crate) fn told(&self) -> Value {
        json!({
            "sessionId": self.session_id,
            "reference": self.reference,
            "provider": self.provider,
            "state": self.state,
            "providerStatus": self.provider_status,
            "testMode": self.test_mode,
            "photos": self.photos,
            "favoritePhotoId": self.favorite,
        })
    }
}

/// An event of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the stream.
    pub seq: u64,
    /// Its id, the same on every attempt.
    pub id: EventId,
    /// What happened, in the word on the wire.
    pub kind: String,
    /// How it was learned.
    pub source: String,
    /// When it was learned.
    pub created_at: Timestamp,
    /// The session as it was then.
    pub snapshot: Snapshot,
}

/// A part of the stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The events, the oldest first.
    pub events: Vec<StoredEvent>,
    /// The `seq` of the newest event that was removed because it was too old; 0 where none was.
    pub removed_up_to: u64,
    /// The `seq` of the newest event that there ever was; 0 where there was none.
    pub newest: u64,
}

/// An address of the host application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// What it is known by: its URL.
    pub name: String,
    /// The types of events that it is told; none for all.
    pub types: Vec<String>,
}

/// An event on its way to an address, leased to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// The row.
    pub id: i64,
    /// The lease: a later lease of the same row has a greater one.
    pub lease: i64,
    /// The address.
    pub endpoint: String,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// How many attempts, of whatever event, the address has failed since something last arrived.
    pub failures: u32,
    /// What it is told.
    pub event: StoredEvent,
}

/// What became of an attempt to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// It arrived.
    pub has_arrived: bool,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// Why it did not arrive.
    pub error: Option<String>,
    /// When to try again; a failure without it was the last one.
    pub retry_at: Option<Timestamp>,
    /// Until when the address is left alone.
    pub sick_until: Option<Timestamp>,
    /// The address said that it wants nothing any more.
    pub is_unwanted: bool,
}
