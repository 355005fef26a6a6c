//! RFC 3339, and what Amazon's signed links say about their end.

use super::calendar::{Civil, Cursor, number};
use crate::UnixSeconds;

/// Reads a date and time such as `2026-01-02T03:04:05.000Z` or `2026-01-02T03:04:05+01:00`; fractions are cut off.
pub(crate) fn read_rfc3339(text: &str) -> Option<UnixSeconds> {
    let mut text = Cursor(text.as_bytes());
    let (year, month, day) = (text.digits(4)?, read_after(&mut text, b"-")?, read_after(&mut text, b"-")?);
    text.literal(b"T")?;
    let (hour, minute, second) = (text.digits(2)?, read_after(&mut text, b":")?, read_after(&mut text, b":")?);
    if text.literal(b".").is_some() {
        text.skip_digits();
    }
    let local = Civil { year, month, day, hour, minute, second }.unix_seconds()?;
    let moment = if text.literal(b"Z").is_some() {
        Some(local.get())
    } else if text.literal(b"+").is_some() {
        local.get().checked_sub(read_offset(&mut text)?)
    } else {
        text.literal(b"-")?;
        local.get().checked_add(read_offset(&mut text)?)
    };
    moment.filter(|_| text.is_at_end()).map(UnixSeconds::new)
}

/// When a link that Amazon's scheme signed stops working: `X-Amz-Date` and `X-Amz-Expires` of its query.
pub(crate) fn read_amazon_expiry(url: &str) -> Option<UnixSeconds> {
    let (_, query) = url.split_once('?')?;
    let parameter = |name| query.split('&').find_map(|pair: &str| pair.strip_prefix(name)?.strip_prefix('='));
    let signed_at = read_basic(parameter("X-Amz-Date")?)?;
    let seconds = number(parameter("X-Amz-Expires")?.as_bytes())?;
    signed_at.get().checked_add(seconds).map(UnixSeconds::new)
}

/// `20260102T030405Z`
fn read_basic(text: &str) -> Option<UnixSeconds> {
    let mut text = Cursor(text.as_bytes());
    let (year, month, day) = (text.digits(4)?, text.digits(2)?, text.digits(2)?);
    text.literal(b"T")?;
    let (hour, minute, second) = (text.digits(2)?, text.digits(2)?, text.digits(2)?);
    text.literal(b"Z")?;
    let civil = Civil { year, month, day, hour, minute, second };
    civil.unix_seconds().filter(|_| text.is_at_end())
}

fn read_after(text: &mut Cursor<'_>, separator: &[u8]) -> Option<u64> {
    text.literal(separator)?;
    text.digits(2)
}

/// Seconds of an offset such as `01:00`.
fn read_offset(text: &mut Cursor<'_>) -> Option<u64> {
    let (hours, minutes) = (text.digits(2)?, read_after(text, b":")?);
    let exists = hours < 24 && minutes < 60;
    hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60).filter(|_| exists)
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
