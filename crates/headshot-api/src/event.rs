use serde::{Deserialize, Serialize};

use crate::State;
use crate::words::words;

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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub timestamp: String,
    /// How the server learned it: `delivery`, `reading`, `host` or `person`.
    pub source: String,
    /// The session as it was then.
    pub data: EventData,
}

words! {
    /// What happened to a session.
    EventType:
    /// It was opened.
    Opened = "session.opened",
    /// It stands somewhere else, in our word or in the provider's.
    StatusChanged = "session.status_changed",
    /// Its headshots are there, all copied.
    PhotosReady = "session.photos_ready",
    /// The person chose a photo, and its copy is there.
    FavoriteSelected = "session.favorite_selected",
    /// The provider gave up.
    Failed = "session.failed",
    /// It was deleted, here or at the provider.
    Deleted = "session.deleted",
}

/// A session as it was when something happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    /// Our id of the session.
    pub session_id: String,
    /// The host application's own name for it; gone with the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
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
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub favorite_photo_id: Option<String>,
}

/// A finished photo in an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventPhoto {
    /// Our id, `pho_` and 32 hexadecimal digits.
    pub id: String,
    /// Where the host application fetches it with its API key; for browsers, read the session, which has signed links.
    pub url: String,
}

/// A page of the stream of events: the answer of `GET /v1/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    /// The events after the cursor, the oldest first.
    pub events: Vec<Event>,
    /// The cursor for the next request: the `seq` of the last event, or the cursor that was sent.
    pub next: u64,
}
