//! What the headers may have been before something on the way touched them.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};

use super::{
    encoding::{DEMANDED, Form},
    finding::Mistake,
    reading::{Reading, bare},
    schemes,
};
use crate::Scheme;

/// Headers as pairs of name and value.
pub(super) type Pairs<'c> = Vec<(&'c str, Cow<'c, [u8]>)>;

/// The values of one header that are looked at; an attacker may send thousands.
const MOST_VALUES: usize = 8;

/// No header that we know has a name as long as this.
const LONG_NAME: usize = 64;

/// Digits of a moment of these centuries in milliseconds.
const MILLISECOND_DIGITS: usize = 13;

/// Every reading of the headers under which `scheme` finds what it reads, first as they are.
pub(super) fn readings<'c>(scheme: &'c Scheme, headers: &[(&'c str, &'c [u8])]) -> Vec<Reading<Pairs<'c>>> {
    let wanted = wanted(scheme);
    let others = headers.iter().filter(|(name, _)| !wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)));
    let others: Pairs<'c> = others.map(|(name, value)| (*name, Cow::Borrowed(*value))).collect();
    let mut readings = vec![Reading::unchanged(others)];
    for name in wanted {
        let values = values(scheme, name, headers);
        let with = |reading: &Reading<Pairs<'c>>, value: &Reading<Cow<'c, [u8]>>| {
            let mut pairs = reading.what.clone();
            pairs.push((name, value.what.clone()));
            Reading { what: pairs, mistakes: reading.mistakes.clone() }.and(value.mistakes.clone())
        };
        readings = readings.iter().flat_map(|reading| values.iter().map(|value| with(reading, value))).collect();
    }
    readings
}

/// The names of the headers that `scheme` cannot do without.
fn wanted(scheme: &Scheme) -> Vec<&str> {
    scheme.headers().collect()
}

/// The headers that `scheme` cannot do without and that are not there: each under the name that it may have got, or missing.
pub(super) fn absent(scheme: &Scheme, headers: &[(&str, &[u8])]) -> Vec<Mistake> {
    let is_there = |wanted: &str| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let absent = wanted(scheme).into_iter().filter(|wanted| !is_there(wanted));
    absent
        .map(|header| renamed(header, headers).map_or_else(|| missing(header), |given| rename(header, given)))
        .collect()
}

fn missing(header: &str) -> Mistake {
    Mistake::HeaderMissing { header: header.into() }
}

fn rename(header: &str, given: &str) -> Mistake {
    // Whoever sent it chose the name, and may have chosen something else than letters.
    let given = given.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(*letter)).collect();
    Mistake::HeaderRenamed { header: header.into(), given }
}

/// Whether any header is there that `scheme` cannot do without.
pub(super) fn has_any(scheme: &Scheme, headers: &[(&str, &[u8])]) -> bool {
    wanted(scheme).iter().any(|wanted| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted)))
}

fn values<'c>(scheme: &Scheme, name: &str, headers: &[(&'c str, &'c [u8])]) -> Vec<Reading<Cow<'c, [u8]>>> {
    let named = |name: &str| {
        let named = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        named.map(|(_, value)| *value).take(MOST_VALUES).collect::<Vec<&[u8]>>()
    };
    let given = named(name);
    let base = match (given.is_empty(), renamed(name, headers)) {
        (false, _) => single(name, &given),
        (true, Some(other)) => {
            let readings = single(name, &named(other)).into_iter();
            readings.map(|reading| reading.and([rename(name, other)])).collect()
        }
        (true, None) => Vec::new(),
    };
    let is_signature = name == scheme.signature_header();
    let is_timestamp = scheme.timestamp_header() == Some(name);
    let rewritten = |text| match (is_signature, is_timestamp) {
        (true, _) => signatures(scheme.signature_prefix(), text),
        (_, true) => timestamps(text),
        _ => Vec::new(),
    };
    let more = base
        .iter()
        .flat_map(|reading| rewritten(&reading.what).into_iter().map(|other| other.and(reading.mistakes.clone())));
    let more: Vec<_> = more.collect();
    base.into_iter().chain(more).collect()
}

/// One value, where there may be several or several in one.
fn single<'c>(name: &str, values: &[&'c [u8]]) -> Vec<Reading<Cow<'c, [u8]>>> {
    let repeated = || Mistake::HeaderRepeated { header: name.into() };
    let mut readings: Vec<Reading<Cow<'c, [u8]>>> = Vec::new();
    if let [value] = values {
        readings.push(Reading::unchanged(Cow::Borrowed(*value)));
    }
    for value in values.iter().copied() {
        let parts = value.split(|letter| *letter == b',').take(MOST_VALUES);
        let parts = parts.map(|part| if part.len() < value.len() { part.trim_ascii() } else { part });
        for part in [value].into_iter().chain(parts) {
            if readings.iter().all(|reading| *reading.what != *part) {
                readings.push(Reading::before(Cow::Borrowed(part), repeated()));
            }
        }
    }
    readings
}

/// The same signature as the scheme may demand it: with its prefix, in each encoding.
fn signatures<'c>(prefix: &str, value: &[u8]) -> Vec<Reading<Cow<'c, [u8]>>> {
    let text = bare(value);
    let is_bare = text.len() == value.len();
    let own = text.strip_prefix(prefix.as_bytes());
    let rest = own.unwrap_or_else(|| after_any_prefix(text));
    let has_prefix = own.is_some() && rest.len().saturating_add(prefix.len()) == text.len();
    let outside = || {
        let white_space = (!is_bare).then_some(Mistake::SignatureWhiteSpace);
        white_space.into_iter().chain((!has_prefix).then_some(Mistake::SignaturePrefix))
    };
    let written = |rest: &[u8]| Cow::Owned([prefix.as_bytes(), rest].concat());
    let mut readings = Vec::new();
    for candidate in [rest, after_any_prefix(rest)] {
        let inside = (candidate.len() < rest.len() && has_prefix).then_some(Mistake::SignaturePrefix);
        readings.push(Reading::unchanged(written(candidate)).and(outside()).and(inside.clone()));
        let Some((tag, form)) = Form::read(candidate) else { continue };
        readings.extend(DEMANDED.map(|demanded| {
            let what = written(demanded.write(&tag).as_bytes());
            Reading::unchanged(what).and(outside()).and(inside.clone()).and(form.mistakes(demanded))
        }));
    }
    readings.retain(|reading| *reading.what != *value);
    readings
}

/// What follows the last `=`, `,`, `:` or space that is no padding.
fn after_any_prefix(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|letter| *letter != b'=').unwrap_or_default();
    let body = text.get(..end).unwrap_or_default();
    let start = body.iter().rposition(|letter| b"=,: ".contains(letter)).map(|place| place.saturating_add(1));
    text.get(start.unwrap_or_default()..).unwrap_or(text)
}

/// The same timestamp as the scheme may demand it.
fn timestamps<'c>(value: &[u8]) -> Vec<Reading<Cow<'c, [u8]>>> {
    let text = bare(value);
    let digits = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let seconds = digits.saturating_sub(3);
    let mut readings = vec![Reading::before(text, Mistake::TimestampForm)];
    if is_milliseconds(text) {
        readings.push(Reading::before(text.get(..seconds).unwrap_or(text), Mistake::TimestampMilliseconds));
    }
    if text.get(digits) == Some(&b'.') {
        readings.push(Reading::before(text.get(..digits).unwrap_or(text), Mistake::TimestampForm));
    }
    readings.retain(|reading| reading.what != value);
    let owned =
        |reading: Reading<&[u8]>| Reading { what: Cow::Owned(reading.what.to_vec()), mistakes: reading.mistakes };
    readings.into_iter().map(owned).collect()
}

fn is_milliseconds(text: &[u8]) -> bool {
    text.len() == MILLISECOND_DIGITS && text.iter().all(u8::is_ascii_digit)
}

/// What the timestamp looks like where no signature tells.
pub(super) fn suspicious_timestamp(scheme: &Scheme, headers: &[(&str, &[u8])]) -> Mistake {
    let wanted = scheme.timestamp_header().unwrap_or_default();
    let values = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let mut values = values.map(|(_, value)| bare(value));
    if values.any(is_milliseconds) { Mistake::TimestampMilliseconds } else { Mistake::TimestampForm }
}

/// The name under which the header `wanted` may have come.
fn renamed<'c>(wanted: &str, headers: &[(&'c str, &[u8])]) -> Option<&'c str> {
    let bare_wanted = squeezed(wanted);
    let names = || headers.iter().map(|(name, _)| *name).filter(|name| name.len() <= LONG_NAME);
    let is_near = |name: &str| {
        let name = squeezed(name);
        name.contains(&bare_wanted) || distance(name.as_bytes(), bare_wanted.as_bytes()) <= 2
    };
    let last_word = wanted.rsplit('-').next().unwrap_or(wanted);
    let ends_alike = |name: &str| squeezed(name).ends_with(last_word);
    let is_known = |name: &&str| schemes::known().iter().any(|known| has_any(known.scheme, &[(*name, &[])]));
    let free = || names().filter(|name| !is_known(name));
    free().find(|name| is_near(name)).or_else(|| free().find(|name| ends_alike(name)))
}

/// The letters of a header's name without what servers and proxies put in front and between.
fn squeezed(name: &str) -> String {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let rest = letters.strip_prefix("http").unwrap_or(&letters);
    rest.strip_prefix('x').unwrap_or(rest).into()
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
