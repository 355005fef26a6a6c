//! The ids in a delivery, read even where the delivery is no event.

use alloc::string::String;

use crate::json::is_id;

/// Which things of the provider a genuine delivery names.
///
/// It is enough to ask the provider's API, and no more than that: it is read leniently, from bodies that are no event
/// too, and from deliveries that are stale or do not sign their body.
///
/// ```
/// use headshot_verify::{Payload, provider::headshotpro::Event};
///
/// // Half an emoji, a field twice and an id that is a number: no event, but about somebody.
/// let body = br#"{"event":"model.created","id":"","id":"null","object":{"_id":65,"title":"\ud83d"}}"#;
/// assert!(Event::assume_verified(body).is_err());
/// let references = Event::references(body);
/// assert_eq!((references.session.as_deref(), references.event_id), (Some("65"), None));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct References {
    /// The id of what the delivery is about, by which the provider's API is asked: HeadshotPro's model, Scale
    /// Headshots' submission, Skylab's job.
    pub session: Option<String>,
    /// The id of the person: HeadshotPro's `uid`, Scale Headshots' contact.
    pub person: Option<String>,
    /// The id of the event, the same in every delivery of it.
    pub event_id: Option<String>,
}

impl References {
    pub(crate) fn of(session: Option<String>, person: Option<String>, event_id: Option<String>) -> Self {
        let [session, person, event_id] = [session, person, event_id].map(|id| id.filter(|id| is_id(id)));
        Self { session, person, event_id }
    }
}
