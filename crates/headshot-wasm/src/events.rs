use alloc::{borrow::ToOwned, string::String};

use headshot_verify::{
    EventError, Fields, Payload,
    provider::{headshotpro, scale, skylab, standardwebhooks},
};

/// The event of `provider` in a body that was verified before, as a JSON object, and its neutral view in another one
/// after a line's end; or else the code of the refusal and the field that it names, separated by a space.
pub(crate) fn read(provider: &[u8], body: &[u8]) -> String {
    match provider {
        b"headshotpro" => written::<headshotpro::Event>(body),
        b"skylab" => written::<skylab::Event>(body),
        b"scale" => written::<scale::Event>(body),
        b"standardwebhooks" => written::<standardwebhooks::Event>(body),
        _ => written::<Fields>(body),
    }
}

fn written<E: Payload>(body: &[u8]) -> String {
    match E::assume_verified(body) {
        Ok(event) => {
            let mut text = event.to_json();
            text.push('\n');
            text.push_str(&event.neutral().to_json());
            text
        }
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &EventError) -> String {
    let mut line = error.code().to_owned();
    if let EventError::FieldMissing { pointer } | EventError::FieldMalformed { pointer } = error {
        line.push(' ');
        line.push_str(pointer);
    }
    line
}
