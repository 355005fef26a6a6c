use alloc::{borrow::ToOwned, string::String};

use headshot_verify::{
    EventError, Fields, Neutral, Payload,
    provider::{headshotpro, scale, skylab, standardwebhooks},
};

/// Writes an event as JSON, or else why there is none, and says what it means.
type Reader = fn(&[u8]) -> (String, Neutral);

const READERS: [(&str, Reader); 4] = [
    ("headshotpro", both_views::<headshotpro::Event>),
    ("skylab", both_views::<skylab::Event>),
    ("scale", both_views::<scale::Event>),
    ("standardwebhooks", both_views::<standardwebhooks::Event>),
];

/// The event of `provider` in a body that was verified before, as a JSON object, or else the code of the error and the
/// field that it names, separated by a space; and after a line's end its neutral view in another object.
pub(crate) fn read(provider: &[u8], body: &[u8]) -> String {
    let known = READERS.iter().find(|(name, _)| name.as_bytes() == provider);
    // A declared provider's events are objects of any kind.
    let read = known.map_or(both_views::<Fields> as Reader, |(_, read)| *read);
    let (mut text, neutral) = read(body);
    text.push('\n');
    text.push_str(&neutral.to_json());
    text
}

fn both_views<E: Payload>(body: &[u8]) -> (String, Neutral) {
    match E::assume_verified(body) {
        Ok(event) => (event.to_json(), event.neutral()),
        Err(error) => (line(&error), Neutral::of_unreadable(E::references(body))),
    }
}

fn line(error: &EventError) -> String {
    let mut line = error.code().to_owned();
    if let EventError::FieldMissing { pointer } | EventError::FieldMalformed { pointer } = error {
        line.push(' ');
        line.push_str(pointer);
    }
    line
}
