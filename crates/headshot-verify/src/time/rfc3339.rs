//! RFC 3339, and what Amazon's signed links say about their end.

use super::{calendar::number, pattern};
use crate::UnixSeconds;

/// The end of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// Reads a date and time such as `2026-01-02T03:04:05.000Z` or `2026-01-02T03:04:05+01:00`; fractions are cut off.
pub(crate) fn read_rfc3339(text: &str) -> Option<UnixSeconds> {
    let (civil, rest) = pattern::read("%Y-%m-%dT%H:%M:%S", text.as_bytes())?;
    let local = civil.unix_seconds()?.get();
    let zone = without_fraction(rest);
    if zone == b"Z" {
        return Some(UnixSeconds::new(local));
    }
    let (offset, _) = pattern::read("%H:%M", zone.get(1..)?).filter(|(_, rest)| rest.is_empty())?;
    let seconds = offset.seconds_of_day()?;
    let moment = match zone {
        [b'+', ..] => local.checked_sub(seconds),
        [b'-', ..] => local.checked_add(seconds),
        _ => None,
    };
    moment.and_then(writable)
}

/// When a link that Amazon's scheme signed stops working: `X-Amz-Date` and `X-Amz-Expires` of its query.
pub(crate) fn read_amazon_expiry(url: &str) -> Option<UnixSeconds> {
    let start = url.bytes().position(|byte| byte == b'?')?;
    let query = url.as_bytes().get(start..)?.get(1..)?;
    let (civil, rest) = pattern::read("%Y%m%dT%H%M%SZ", parameter(query, b"X-Amz-Date=")?)?;
    let signed_at = civil.unix_seconds().filter(|_| rest.is_empty())?;
    let seconds = number(parameter(query, b"X-Amz-Expires=")?)?;
    signed_at.get().checked_add(seconds).and_then(writable)
}

/// A moment that RFC 3339 can write.
fn writable(seconds: u64) -> Option<UnixSeconds> {
    (seconds <= LAST_SECOND).then(|| UnixSeconds::new(seconds))
}

/// What follows a name and its `=` in a query.
fn parameter<'q>(query: &'q [u8], name: &[u8]) -> Option<&'q [u8]> {
    query.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(name))
}

/// What follows a point and digits, if these are there.
fn without_fraction(text: &[u8]) -> &[u8] {
    let Some(fraction) = text.strip_prefix(b".") else { return text };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    fraction.get(digits..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rfc_3339() {
        let texts = [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.999Z",
            "2026-01-02T04:34:05+01:30",
            "2026-01-01T19:04:05-08:00",
            "2026-01-02T03:04:05+00:00",
        ];
        for text in texts {
            assert_eq!(read_rfc3339(text), Some(UnixSeconds::new(1_767_323_045)), "{text}");
        }
        let others = [
            "",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-02-30T03:04:05Z",
            "2026-01-02T03:04:05Zx",
            "1970-01-01T00:00:00+01:00",
        ];
        for text in others {
            assert_eq!(read_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn reads_the_end_of_a_link_from_its_query() {
        let url = "https://b.s3.r.amazonaws.com/k?X-Amz-Date=20260102T030405Z&X-Amz-Expires=3600&X-Amz-Signature=s";
        assert_eq!(read_amazon_expiry(url), Some(UnixSeconds::new(1_767_326_645)));
        for url in [
            "https://example.test/a.jpg",
            "https://example.test/?X-Amz-Date=20260102T030405Z",
            "?X-Amz-Date=x&X-Amz-Expires=1",
        ] {
            assert_eq!(read_amazon_expiry(url), None, "{url}");
        }
    }
}
