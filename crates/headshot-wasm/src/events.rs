use alloc::{borrow::ToOwned, string::String};

use headshot_verify::{
    EventError, Fields, Neutral, Payload,
    provider::{headshotpro, scale, skylab, standardwebhooks},
};

/// What is read of a body; the numbers are those of `npm/src/events.js`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Without the fields that the provider's types do not know, where they are long.
    Event,
    WholeEvent,
    Neutral,
}

impl From<usize> for View {
    fn from(number: usize) -> Self {
        match number {
            0 => Self::Event,
            1 => Self::WholeEvent,
            _ => Self::Neutral,
        }
    }
}

/// A body of `provider` as a JSON object, or else the code of why it is no event and the field that this names, separated
/// by a space. All of it is ASCII, which JavaScript takes for text at once.
pub(crate) fn read(provider: &[u8], body: &[u8], view: View) -> String {
    let read = match provider {
        b"headshotpro" => read_as::<headshotpro::Event>,
        b"skylab" => read_as::<skylab::Event>,
        b"scale" => read_as::<scale::Event>,
        b"standardwebhooks" => read_as::<standardwebhooks::Event>,
        // Of a provider that was declared, events are objects of any kind.
        _ => read_as::<Fields>,
    };
    in_ascii(read(body, view))
}

fn read_as<E: Payload>(body: &[u8], view: View) -> String {
    match (E::assume_verified(body), view) {
        (Ok(event), View::Event) => event.to_short_json(),
        (Ok(event), View::WholeEvent) => event.to_json(),
        (Ok(event), View::Neutral) => event.neutral().to_json(),
        (Err(_), View::Neutral) => Neutral::of_unreadable(E::references(body)).to_json(),
        (Err(error), _) => line(&error),
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

/// The same JSON, in which every letter beyond ASCII is escaped.
fn in_ascii(json: String) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if json.is_ascii() {
        return json;
    }
    let mut ascii = String::with_capacity(json.len() + 64);
    let mut rest = &*json;
    while let Some(place) = rest.bytes().position(|byte| !byte.is_ascii()) {
        let (plain, others) = rest.split_at_checked(place).unwrap_or_default();
        ascii.push_str(plain);
        let mut letters = others.chars();
        for unit in letters.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
            ascii.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                ascii.push(DIGITS[usize::from(*unit >> shift & 15)].into());
            }
        }
        rest = letters.as_str();
    }
    ascii.push_str(rest);
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_ascii_and_means_the_same() {
        let body = "{\"event\":\"a\",\"x\":[1.50,\"é📷\"],\n\"é\":null}";
        let read = read(b"headshotpro", body.as_bytes(), View::Event);
        assert!(read.contains(r#""x":[1.50,"\u00e9\ud83d\udcf7"],"\u00e9":null"#), "{read}");
    }

    #[test]
    fn what_is_long_and_unknown_is_in_the_whole_event_alone() {
        let body = format!(r#"{{"event":"a","x":"{}"}}"#, "x".repeat(1000));
        let read = |view| read(b"headshotpro", body.as_bytes(), view);
        assert!(read(View::Event).ends_with(r#""other":null}"#));
        assert!(read(View::WholeEvent).ends_with(&format!(r#""other":{{{}}}"#, &body[13..])));
    }
}
