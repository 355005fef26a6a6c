//! What the body may have been before something on the way touched it.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};

use super::{
    encoding,
    finding::Mistake,
    print::{Json, STYLES},
    reading::{Reading, bare},
};

const MARK: &[u8] = b"\xef\xbb\xbf";

/// Bodies above this are printed again in the first few styles only.
const MANY_BYTES: usize = 64 * 1024;
const STYLES_FOR_MANY_BYTES: usize = 4;

/// What Windows-1252, which browsers take for Latin-1, makes of the bytes 0x80 to 0x9f.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Every reading of the body, first as it is.
pub(super) fn readings(body: &[u8]) -> Vec<Reading<Cow<'_, [u8]>>> {
    let mut readings = vec![Reading::unchanged(Cow::Borrowed(body))];
    let edges = at_the_edges(body).chain(unwrapped(body)).chain(recoded(body));
    for reading in edges.chain(printed_again(body)) {
        if readings.iter().all(|other| other.what != reading.what) {
            readings.push(reading);
        }
    }
    readings
}

fn at_the_edges(body: &[u8]) -> impl Iterator<Item = Reading<Cow<'_, [u8]>>> {
    let trimmed = body.trim_ascii_end();
    let borrowed = [
        (Some(trimmed).filter(|trimmed| trimmed.len() < body.len()), Mistake::BodyNewlineAdded),
        (body.strip_prefix(MARK), Mistake::BodyMarkAdded),
        (after_timestamp(body), Mistake::BodyWithTimestamp),
    ];
    let owned = [
        (Some([body, b"\n"].concat()), Mistake::BodyNewlineRemoved),
        (Some([body, b"\r\n"].concat()), Mistake::BodyNewlineRemoved),
        (Some([MARK, body].concat()), Mistake::BodyMarkRemoved),
        (other_line_ends(body), Mistake::BodyLineEnds),
    ];
    let borrowed = borrowed.into_iter().map(|(bytes, mistake)| (bytes.map(Cow::Borrowed), mistake));
    let owned = owned.into_iter().map(|(bytes, mistake)| (bytes.map(Cow::Owned), mistake));
    borrowed.chain(owned).filter_map(|(bytes, mistake)| Some(Reading::before(bytes?, mistake)))
}

fn after_timestamp(body: &[u8]) -> Option<&[u8]> {
    let digits = body.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let rest = body.get(digits..).filter(|_| digits > 0)?;
    rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b":"))
}

fn other_line_ends(body: &[u8]) -> Option<Vec<u8>> {
    if !body.contains(&b'\n') {
        return None;
    }
    let lines = body.split(|letter| *letter == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines: Vec<&[u8]> = lines.collect();
    let has_returns = body.contains(&b'\r');
    Some(lines.join(if has_returns { &b"\n"[..] } else { b"\r\n" }))
}

/// The body out of what it was put into.
fn unwrapped(body: &[u8]) -> impl Iterator<Item = Reading<Cow<'_, [u8]>>> {
    let json = Json::read(body);
    let quoted = json.as_ref().and_then(Json::text).map(|text| text.as_bytes().to_vec());
    let buffer = json.as_ref().and_then(Json::node_buffer);
    let base64 = Some(bare(body)).filter(|text| !text.is_empty()).and_then(encoding::decode_base64);
    let candidates =
        [(quoted, Mistake::BodyQuoted), (buffer, Mistake::BodyParsed), (base64, Mistake::BodyBase64)].into_iter();
    candidates.filter_map(|(bytes, mistake)| Some(Reading::before(Cow::Owned(bytes?), mistake)))
}

/// The body before its bytes were taken for letters of Latin-1, or its letters written in it.
fn recoded(body: &[u8]) -> impl Iterator<Item = Reading<Cow<'_, [u8]>>> {
    let bytes = if body.is_ascii() {
        None
    } else if let Ok(text) = core::str::from_utf8(body) {
        text.chars().map(latin_byte).collect()
    } else {
        Some(body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
    };
    bytes.map(|bytes| Reading::before(Cow::Owned(bytes), Mistake::BodyRecoded)).into_iter()
}

fn latin_byte(letter: char) -> Option<u8> {
    let in_windows = || WINDOWS_1252.chars().zip(0x80..).find(|(other, _)| *other == letter);
    u8::try_from(letter).ok().or_else(|| in_windows().map(|(_, byte)| byte))
}

fn printed_again(body: &[u8]) -> impl Iterator<Item = Reading<Cow<'_, [u8]>>> {
    let styles = if body.len() > MANY_BYTES { STYLES_FOR_MANY_BYTES } else { STYLES.len() };
    let json = Json::read(body);
    STYLES.iter().take(styles).filter_map(move |style| Some((json.as_ref()?.printed(style), style))).flat_map(
        |(text, style)| {
            let again = || Mistake::BodyReserialized { form: style.name };
            let with_line_end = Cow::Owned([text.as_bytes(), b"\n"].concat());
            [
                Reading::before(Cow::Owned(text.into_bytes()), again()),
                Reading::before(with_line_end, again()).and([Mistake::BodyNewlineRemoved]),
            ]
        },
    )
}

/// What the body looks like where no signature tells.
pub(super) fn suspicion(body: &[u8]) -> Option<Mistake> {
    let text = body.trim_ascii();
    if text.is_empty() {
        return Some(Mistake::BodyEmpty);
    }
    if is_printed_object(text) || Json::read(text).is_some_and(|json| json.node_buffer().is_some()) {
        return Some(Mistake::BodyParsed);
    }
    // What a reader of text writes where bytes are no UTF-8.
    if text.windows(3).any(|letters| letters == "\u{fffd}".as_bytes()) {
        return Some(Mistake::BodyRecoded);
    }
    Json::read(text).is_some_and(|json| json.is_sorted()).then_some(Mistake::BodyFieldsSorted)
}

/// Whether it is `[object Object]` or the like.
fn is_printed_object(text: &[u8]) -> bool {
    let is_object = text.strip_prefix(b"[object ").is_some_and(|rest| rest.ends_with(b"]"));
    is_object || [&b"undefined"[..], b"null", b"{}"].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_every_reading_once_and_the_body_itself_first() {
        let readings = readings(b"{\"a\":\"/\"}");
        let mut bytes: Vec<&[u8]> = readings.iter().map(|reading| &*reading.what).collect();
        assert_eq!(bytes[0], b"{\"a\":\"/\"}");
        bytes.sort_unstable();
        assert!(bytes.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn finds_the_bytes_that_were_taken_for_letters() {
        let mangled = "Ã©ðŸ“·".as_bytes();
        let read = recoded(mangled).next().unwrap();
        assert_eq!(&*read.what, "é📷".as_bytes());
    }
}
