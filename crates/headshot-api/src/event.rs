use serde::{Deserialize, Serialize};

use crate::State;

/// Something that happened to a session, in words that all providers share: what the host application is told.
///
/// It is the body of a forwarded delivery, and an entry of `GET /v1/events`. The same `id` never comes with other
/// contents; fields may be added.
///
/// ```
/// use headshot_api::{Event, EventType};
///
/// let event: Event = serde_json::from_str(r#"{
///     "id": "evt_0123456789abcdef0123456789abcdef", "seq": 7, "type": "session.photos_ready",
///     "timestamp": "2026-01-02T03:05:00Z", "source": "delivery",
///     "data": {"sessionId": "ses_1", "provider": "headshotpro", "state": "ready", "providerStatus": "active",
///              "testMode": false, "photos": [{"id": "pho_1", "url": "https://headshots.example.com/v1/photos/pho_1"}]}
/// }"#)?;
/// assert_eq!(event.kind, EventType::PhotosReady);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id, `evt_` and 32 hexadecimal digits: the same on every attempt.
    pub id: String,
    /// Its place in the one stream of all events; there are no gaps.
    pub seq: u64,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// When the server learned it, RFC 3339.
    pub timestamp: String,
    /// How the server learned it: `delivery`, `reading`, `host` or `person`.
    pub source: String,
    /// The session as it was then.
    pub data: EventData,
}

/// What happened to a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventType {
    /// It was opened.
    #[serde(rename = "session.opened")]
    Opened,
    /// It stands somewhere else, in our word or in the provider's.
    #[serde(rename = "session.status_changed")]
    StatusChanged,
    /// Its headshots are there, all copied.
    #[serde(rename = "session.photos_ready")]
    PhotosReady,
    /// The person chose a photo, and its copy is there.
    #[serde(rename = "session.favorite_selected")]
    FavoriteSelected,
    /// The provider gave up.
    #[serde(rename = "session.failed")]
    Failed,
    /// It was deleted, here or at the provider.
    #[serde(rename = "session.deleted")]
    Deleted,
    /// A type that this version does not know.
    #[serde(untagged)]
    Other(String),
}

impl EventType {
    /// Every type that this version knows.
    pub const ALL: [Self; 6] =
        [Self::Opened, Self::StatusChanged, Self::PhotosReady, Self::FavoriteSelected, Self::Failed, Self::Deleted];

    /// The type that is written so.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or_else(|| Self::Other(word.to_owned()))
    }

    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Opened => "session.opened",
            Self::StatusChanged => "session.status_changed",
            Self::PhotosReady => "session.photos_ready",
            Self::FavoriteSelected => "session.favorite_selected",
            Self::Failed => "session.failed",
            Self::Deleted => "session.deleted",
            Self::Other(word) => word,
        }
    }
}

/// A session as it was when something happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    /// Our id of the session.
    pub session_id: String,
    /// The host application's own name for it; gone with the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The provider that runs it.
    pub provider: String,
    /// Where it stood, in words that all providers share.
    pub state: State,
    /// Where it stood, in the provider's own word.
    pub provider_status: String,
    /// Whether the provider runs it in test mode.
    pub test_mode: bool,
    /// The finished photos that the server holds a copy of.
    pub photos: Vec<EventPhoto>,
    /// The photo that the person chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favorite_photo_id: Option<String>,
}

/// A finished photo in an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventPhoto {
    /// Our id, `pho_` and 32 hexadecimal digits.
    pub id: String,
    /// Where the host application fetches it with its API key; for browsers, read the session, which has signed links.
    pub url: String,
}

/// A page of the stream of events: the answer of `GET /v1/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    /// The events after the cursor, the oldest first.
    pub events: Vec<Event>,
    /// The cursor for the next request: the `seq` of the last event, or the cursor that was sent.
    pub next: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_written_as_its_word() {
        for kind in EventType::ALL {
            assert_eq!(serde_json::to_value(&kind).unwrap(), kind.as_str());
        }
        let newer: EventType = serde_json::from_str("\"session.paused\"").unwrap();
        assert_eq!(newer, EventType::Other("session.paused".into()));
    }
}
