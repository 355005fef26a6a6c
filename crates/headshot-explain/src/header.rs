//! What the headers may have been before something on the way touched them.

use alloc::{vec, vec::Vec};

use headshot_verify::{Scheme, binding::BuiltIn};

use crate::{
    encoding::{DEMANDED, Form, written},
    mistake::{Kind, Made, Mistakes},
    reading::{Reading, Readings, bare, holds},
};

/// Headers as they were sent.
pub(crate) type Pairs<'c> = [(&'c str, &'c [u8])];

/// The values of one header that are looked at; an attacker may send thousands.
const MOST_VALUES: usize = 8;

/// No header that we know has a name as long as this.
const LONG_NAME: usize = 64;

/// Digits of a moment of these centuries in milliseconds.
const MILLISECOND_DIGITS: usize = 13;

/// The names of the headers that `scheme` cannot do without: signature, timestamp, id.
pub(crate) fn wanted(scheme: &Scheme) -> Vec<&str> {
    scheme.headers().collect()
}

/// Every reading of the value of one header that `scheme` reads, first as it is; none if it is not there.
pub(crate) fn readings<'c>(scheme: &'c Scheme, name: &'c str, headers: &Pairs<'c>) -> Vec<Reading<'c>> {
    let mut given = named(name, headers);
    let mut rename = None;
    if given.is_empty() {
        let Some(other) = renamed(name, headers) else { return Vec::new() };
        given = named(other, headers);
        rename = Some(Made { kind: Kind::HeaderRenamed, names: [name, other] });
    }
    let mut readings = single(name, &given);
    for reading in &mut readings {
        reading.mistakes = rename.iter().fold(reading.mistakes, |mistakes, rename| mistakes.and(*rename));
    }
    let mut rewritten = Readings::default();
    for reading in &readings {
        if name == scheme.signature_header() {
            rewrite_signature(scheme.signature_prefix(), reading, &mut rewritten);
        } else if scheme.timestamp_header() == Some(name) {
            rewrite_timestamp(reading, &mut rewritten);
        }
    }
    readings.append(&mut rewritten.0);
    readings
}

/// The values of the headers of this name.
fn named<'c>(name: &str, headers: &Pairs<'c>) -> Vec<&'c [u8]> {
    let mut values = Vec::new();
    for (other, value) in headers {
        if other.eq_ignore_ascii_case(name) && values.len() < MOST_VALUES {
            values.push(*value);
        }
    }
    values
}

/// The headers that `scheme` cannot do without and that are not there: each under the name that it may have got, or
/// missing.
pub(crate) fn absent<'c>(scheme: &'c Scheme, headers: &Pairs<'c>) -> Vec<Made<'c>> {
    let mut absent = Vec::new();
    for name in wanted(scheme) {
        if !is_there(name, headers) {
            absent.push(match renamed(name, headers) {
                Some(other) => Made { kind: Kind::HeaderRenamed, names: [name, other] },
                None => Kind::HeaderMissing.of(name),
            });
        }
    }
    absent
}

/// Whether any header is there that `scheme` cannot do without.
pub(crate) fn has_any(scheme: &Scheme, headers: &Pairs<'_>) -> bool {
    wanted(scheme).iter().any(|name| is_there(name, headers))
}

fn is_there(wanted: &str, headers: &Pairs<'_>) -> bool {
    headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted))
}

/// One value, where there may be several or several in one.
fn single<'c>(name: &'c str, values: &[&[u8]]) -> Vec<Reading<'c>> {
    let repeated = Mistakes::NONE.and(Kind::HeaderRepeated.of(name));
    let mut readings = Readings::default();
    if let [value] = values {
        readings.add(&[value], &Mistakes::NONE);
    }
    for value in values {
        readings.add_new(&[value], &repeated);
        if value.contains(&b',') {
            for part in value.split(|letter| *letter == b',').take(MOST_VALUES) {
                readings.add_new(&[part.trim_ascii()], &repeated);
            }
        }
    }
    readings.0
}

/// The same signature as the scheme may demand it: with its prefix, in each encoding.
fn rewrite_signature<'c>(prefix: &str, reading: &Reading<'c>, rewritten: &mut Readings<'c>) {
    let text = bare(&reading.bytes);
    let own = text.strip_prefix(prefix.as_bytes());
    let rest = own.unwrap_or_else(|| after_any_prefix(text));
    let mut outside = Mistakes::NONE;
    if text.len() < reading.bytes.len() {
        outside = outside.and(Kind::SignatureWhiteSpace);
    }
    if own.is_none() {
        outside = outside.and(Kind::SignaturePrefix);
    }
    let mut add = |signature: &[u8], mistakes: Mistakes<'c>| {
        if reading.bytes.strip_prefix(prefix.as_bytes()) != Some(signature) {
            rewritten.add(&[prefix.as_bytes(), signature], &mistakes.and_all(&reading.mistakes));
        }
    };
    for candidate in [rest, after_any_prefix(rest)] {
        let has_another = candidate.len() < rest.len() && own.is_some();
        let mistakes = if has_another { outside.and(Kind::SignaturePrefix) } else { outside };
        add(candidate, mistakes);
        let Some((tag, form)) = Form::read(candidate) else { continue };
        for demanded in DEMANDED {
            add(written(demanded, &tag).as_bytes(), form.mistakes(demanded, mistakes));
        }
    }
}

/// What follows the last `=`, `,`, `:` or space that is no padding.
fn after_any_prefix(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|letter| *letter != b'=').unwrap_or_default();
    let body = text.get(..end).unwrap_or_default();
    let is_between = |letter: &u8| matches!(letter, b'=' | b',' | b':' | b' ');
    let start = body.iter().rposition(is_between).map_or(0, |place| place.saturating_add(1));
    text.get(start..).unwrap_or(text)
}

/// The same timestamp as the scheme may demand it.
fn rewrite_timestamp<'c>(reading: &Reading<'c>, rewritten: &mut Readings<'c>) {
    let text = bare(&reading.bytes);
    let mut add = |text: &[u8], kind: Kind| {
        if text != reading.bytes {
            rewritten.add(&[text], &Mistakes::NONE.and(kind).and_all(&reading.mistakes));
        }
    };
    add(text, Kind::TimestampForm);
    let digits = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let (whole, rest) = text.split_at_checked(digits).unwrap_or_default();
    if let (Some((seconds, _)), true) = (whole.split_last_chunk::<3>(), is_milliseconds(text)) {
        add(seconds, Kind::TimestampMilliseconds);
    }
    if rest.starts_with(b".") {
        add(whole, Kind::TimestampForm);
    }
}

fn is_milliseconds(text: &[u8]) -> bool {
    text.len() == MILLISECOND_DIGITS && text.iter().all(u8::is_ascii_digit)
}

/// What the timestamp looks like where no signature tells.
pub(crate) fn suspicious_timestamp(scheme: &Scheme, headers: &Pairs<'_>) -> Kind {
    let wanted = scheme.timestamp_header().unwrap_or_default();
    let is_suspicious =
        |(name, value): &(&str, &[u8])| name.eq_ignore_ascii_case(wanted) && is_milliseconds(bare(value));
    if headers.iter().any(is_suspicious) { Kind::TimestampMilliseconds } else { Kind::TimestampForm }
}

/// The name under which the header `wanted` may have come.
fn renamed<'c>(wanted: &str, headers: &Pairs<'c>) -> Option<&'c str> {
    let mut known = Vec::new();
    for other in BuiltIn::ALL {
        known.append(&mut self::wanted(other.with_timestamp));
    }
    let bare_wanted = squeezed(wanted);
    let last_word = wanted.as_bytes().rsplit(|letter| *letter == b'-').next().unwrap_or_default();
    let mut ends_alike = None;
    for (name, _) in headers {
        if name.len() > LONG_NAME || known.iter().any(|known: &&str| known.eq_ignore_ascii_case(name)) {
            continue;
        }
        let bare_name = squeezed(name);
        if holds(&bare_name, &bare_wanted) || distance(&bare_name, &bare_wanted) <= 2 {
            return Some(name);
        }
        if ends_alike.is_none() && bare_name.ends_with(last_word) {
            ends_alike = Some(*name);
        }
    }
    ends_alike
}

/// The letters of a header's name without what servers and proxies put in front and between.
fn squeezed(name: &str) -> Vec<u8> {
    let mut letters = name.to_ascii_lowercase().into_bytes();
    letters.retain(u8::is_ascii_alphanumeric);
    let rest = letters.strip_prefix(b"http").unwrap_or(&letters);
    rest.strip_prefix(b"x").unwrap_or(rest).to_vec()
}

/// How many letters have to be put in, left out or replaced to make one of the other.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.iter().enumerate() {
        let mut left = place.saturating_add(1);
        let mut next = vec![left];
        for (other, above) in other.iter().zip(row.windows(2)) {
            let &[before, above] = above else { continue };
            let replaced = before.saturating_add(usize::from(letter != other));
            left = replaced.min(above.saturating_add(1)).min(left.saturating_add(1));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_letters_that_differ() {
        assert_eq!(distance(b"signature", b"signature"), 0);
        assert_eq!(distance(b"signature", b"signatur"), 1);
        assert_eq!(distance(b"kitten", b"sitting"), 3);
        assert_eq!(distance(b"", b"abc"), 3);
    }

    #[test]
    fn finds_a_header_under_another_name() {
        let found = |names: &[&'static str]| {
            let headers: Vec<(&'static str, &[u8])> = names.iter().map(|name| (*name, &b""[..])).collect();
            renamed("x-headshotpro-signature", &headers)
        };
        assert_eq!(found(&["Host", "HTTP_X_HEADSHOTPRO_SIGNATURE"]), Some("HTTP_X_HEADSHOTPRO_SIGNATURE"));
        assert_eq!(found(&["X-Headshot-Pro-Signature"]), Some("X-Headshot-Pro-Signature"));
        assert_eq!(found(&["X-Webhook-Signature", "HeadshotPro-Signatur"]), Some("HeadshotPro-Signatur"));
        assert_eq!(found(&["X-Webhook-Signature"]), Some("X-Webhook-Signature"));
        assert_eq!(found(&["Host", "Content-Type", "X-HeadshotPro-Timestamp"]), None);
    }

    #[test]
    fn takes_any_prefix_off() {
        for text in ["sha256=abc=", "v1,abc=", "t=12,v1=abc=", "Bearer abc=", "abc="] {
            assert_eq!(after_any_prefix(text.as_bytes()), b"abc=", "{text}");
        }
        assert_eq!(after_any_prefix(b""), b"");
        assert_eq!(after_any_prefix(b"==="), b"===");
    }
}
