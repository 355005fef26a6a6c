use alloc::{borrow::ToOwned, string::String};

use headshot_verify::{
    EventError, Fields, Neutral, Payload,
    provider::{headshotpro, scale, skylab, standardwebhooks},
};

/// Writes an event as JSON, and says what it means.
type Reader = fn(&[u8]) -> Result<(String, Neutral), EventError>;

const READERS: [(&str, Reader); 4] = [
    ("headshotpro", both_views::<headshotpro::Event>),
    ("skylab", both_views::<skylab::Event>),
    ("scale", both_views::<scale::Event>),
    ("standardwebhooks", both_views::<standardwebhooks::Event>),
];

/// The event of `provider` in a body that was verified before, as a JSON object, and its neutral view in another one
/// after a line's end; or else the code of the refusal and the field that it names, separated by a space.
pub(crate) fn read(provider: &[u8], body: &[u8]) -> String {
    let known = READERS.iter().find(|(name, _)| name.as_bytes() == provider);
    // A declared provider's events are objects of any kind.
    let read = known.map_or(both_views::<Fields> as Reader, |(_, read)| *read);
    match read(body) {
        Ok((mut text, neutral)) => {
            text.push('\n');
            text.push_str(&neutral.to_json());
            text
        }
        Err(error) => refusal(&error),
    }
}

fn both_views<E: Payload>(body: &[u8]) -> Result<(String, Neutral), EventError> {
    let event = E::assume_verified(body)?;
    Ok((event.to_json(), event.neutral()))
}

fn refusal(error: &EventError) -> String {
    let mut line = error.code().to_owned();
    if let EventError::FieldMissing { pointer } | EventError::FieldMalformed { pointer } = error {
        line.push(' ');
        line.push_str(pointer);
    }
    line
}
