//! What the body may have been before something on the way touched it.

use alloc::{string::String, vec::Vec};

use crate::{
    encoding,
    mistake::{Kind, Mistakes},
    print::{Json, STYLES},
    reading::{MARK, Reading, Readings, bare, holds},
};

/// What Windows-1252, which browsers take for Latin-1, makes of the bytes 0x80 to 0x9f.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Every reading of the body, first as it is.
pub(crate) fn readings(body: &[u8]) -> Vec<Reading<'static>> {
    let mut readings = Readings::default();
    readings.add(&[body], &Mistakes::NONE);
    let mut add = |parts: &[&[u8]], kind: Kind| readings.add_new(parts, &Mistakes::NONE.and(kind));
    add(&[body.trim_ascii_end()], Kind::BodyNewlineAdded);
    add(&[body.strip_prefix(MARK).unwrap_or(body)], Kind::BodyMarkAdded);
    add(&[after_timestamp(body).unwrap_or(body)], Kind::BodyWithTimestamp);
    add(&[body, b"\n"], Kind::BodyNewlineRemoved);
    add(&[body, b"\r\n"], Kind::BodyNewlineRemoved);
    add(&[MARK, body], Kind::BodyMarkRemoved);
    let json = Json::read(body);
    let quoted = json.as_ref().and_then(Json::text).map(|text| text.as_bytes().to_vec());
    let buffer = json.as_ref().and_then(Json::node_buffer);
    let base64 = Some(bare(body)).filter(|text| !text.is_empty()).and_then(encoding::decode_base64);
    for (bytes, kind) in [
        (other_line_ends(body), Kind::BodyLineEnds),
        (quoted, Kind::BodyQuoted),
        (buffer, Kind::BodyParsed),
        (base64, Kind::BodyBase64),
        (recoded(body), Kind::BodyRecoded),
    ] {
        if let Some(bytes) = bytes {
            add(&[&bytes], kind);
        }
    }
    if let Some(json) = json {
        print_again(&json, &mut readings);
    }
    readings.0
}

fn after_timestamp(body: &[u8]) -> Option<&[u8]> {
    let digits = body.iter().take_while(|letter| letter.is_ascii_digit()).count();
    match body.split_at_checked(digits)? {
        ([_, ..], [b'.' | b':', rest @ ..]) => Some(rest),
        _ => None,
    }
}

fn other_line_ends(body: &[u8]) -> Option<Vec<u8>> {
    if !body.contains(&b'\n') {
        return None;
    }
    let end: &[u8] = if body.contains(&b'\r') { b"\n" } else { b"\r\n" };
    let mut changed = Vec::new();
    for line in body.split(|letter| *letter == b'\n') {
        changed.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        changed.extend_from_slice(end);
    }
    // Nothing ends the last line.
    changed.truncate(changed.len().saturating_sub(end.len()));
    Some(changed)
}

/// The body before its bytes were taken for letters of Latin-1, or its letters written in it.
fn recoded(body: &[u8]) -> Option<Vec<u8>> {
    if body.is_ascii() {
        return None;
    }
    let Ok(text) = core::str::from_utf8(body) else {
        let mut text = String::new();
        for byte in body {
            text.push(char::from(*byte));
        }
        return Some(text.into_bytes());
    };
    let mut bytes = Vec::new();
    for letter in text.chars() {
        bytes.push(latin_byte(letter)?);
    }
    Some(bytes)
}

fn latin_byte(letter: char) -> Option<u8> {
    let in_windows = || WINDOWS_1252.chars().zip(0x80..).find(|(other, _)| *other == letter);
    u8::try_from(letter).ok().or_else(|| in_windows().map(|(_, byte)| byte))
}

fn print_again(json: &Json<'_>, readings: &mut Readings<'static>) {
    for style in &STYLES {
        let mistakes = Mistakes::NONE.and(Kind::BodyReserialized.of(style.name));
        let text = json.printed(style);
        readings.add_new(&[&text], &mistakes);
        readings.add_new(&[&text, b"\n"], &mistakes.and(Kind::BodyNewlineRemoved));
    }
}

/// How gzip and zstd begin what they compress; other ways have no beginning of their own.
const COMPRESSED: [&[u8]; 2] = [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"];

/// What the body looks like where no signature tells.
pub(crate) fn suspicion(body: &[u8]) -> Option<Kind> {
    if COMPRESSED.iter().any(|begin| body.starts_with(begin)) {
        return Some(Kind::BodyCompressed);
    }
    let text = body.trim_ascii();
    if text.is_empty() {
        return Some(Kind::BodyEmpty);
    }
    let json = Json::read(text);
    if is_printed_object(text) || json.as_ref().is_some_and(|json| json.node_buffer().is_some()) {
        return Some(Kind::BodyParsed);
    }
    // What a reader of text writes where bytes are no UTF-8.
    if holds(text, "\u{fffd}".as_bytes()) {
        return Some(Kind::BodyRecoded);
    }
    json?.is_sorted().then_some(Kind::BodyFieldsSorted)
}

/// Whether it is `[object Object]` or the like.
fn is_printed_object(text: &[u8]) -> bool {
    let is_object = text.starts_with(b"[object ") && text.ends_with(b"]");
    is_object || matches!(text, b"undefined" | b"null" | b"{}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_every_reading_once_and_the_body_itself_first() {
        let readings = readings(b"{\"a\":\"/\"}");
        let mut bytes: Vec<&[u8]> = readings.iter().map(|reading| &*reading.bytes).collect();
        assert_eq!(bytes[0], b"{\"a\":\"/\"}");
        bytes.sort_unstable();
        assert!(bytes.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn finds_the_bytes_that_were_taken_for_letters() {
        let mangled = "Ã©ðŸ“·".as_bytes();
        assert_eq!(recoded(mangled).unwrap(), "é📷".as_bytes());
    }
}
