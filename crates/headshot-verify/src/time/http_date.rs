//! The three forms of HTTP's date (RFC 9110, 5.6.7).
//!
//! No form is the beginning of another, nor is one date of another date: whatever follows a date, only one date fits.

use super::calendar::{Civil, Cursor};
use crate::UnixSeconds;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// How far ahead a year of two digits may lie before it means the century before.
const YEARS_AHEAD: u64 = 50;

/// Reads a date, exactly as one of the forms has it; the name of the day has to be the day's own.
///
/// `now` says which century a year of two digits means.
pub(super) fn read(text: &[u8], now: UnixSeconds) -> Option<UnixSeconds> {
    let (weekday, civil) = read_fixdate(text).or_else(|| read_rfc850(text, now)).or_else(|| read_asctime(text))?;
    let moment = civil.unix_seconds()?;
    (civil.weekday()? == weekday).then_some(moment)
}

/// `Fri, 02 Jan 2026 03:04:05 GMT`
fn read_fixdate(text: &[u8]) -> Option<(u64, Civil)> {
    let mut text = Cursor(text);
    let weekday = text.word(&DAYS)?;
    text.literal(b", ")?;
    let day = text.digits(2)?;
    text.literal(b" ")?;
    let month = read_month(&mut text)?;
    text.literal(b" ")?;
    let year = text.digits(4)?;
    text.literal(b" ")?;
    let (hour, minute, second) = read_time(&mut text)?;
    text.literal(b" GMT")?;
    text.is_at_end().then_some((weekday, Civil { year, month, day, hour, minute, second }))
}

/// `Friday, 02-Jan-26 03:04:05 GMT`
fn read_rfc850(text: &[u8], now: UnixSeconds) -> Option<(u64, Civil)> {
    let mut text = Cursor(text);
    let weekday = text.word(&LONG_DAYS)?;
    text.literal(b", ")?;
    let day = text.digits(2)?;
    text.literal(b"-")?;
    let month = read_month(&mut text)?;
    text.literal(b"-")?;
    let year = whole_year(text.digits(2)?, now)?;
    text.literal(b" ")?;
    let (hour, minute, second) = read_time(&mut text)?;
    text.literal(b" GMT")?;
    text.is_at_end().then_some((weekday, Civil { year, month, day, hour, minute, second }))
}

/// `Fri Jan  2 03:04:05 2026`
fn read_asctime(text: &[u8]) -> Option<(u64, Civil)> {
    let mut text = Cursor(text);
    let weekday = text.word(&DAYS)?;
    text.literal(b" ")?;
    let month = read_month(&mut text)?;
    text.literal(b" ")?;
    let day = if text.literal(b" ").is_some() { text.digits(1)? } else { text.digits(2).filter(|day| *day >= 10)? };
    text.literal(b" ")?;
    let (hour, minute, second) = read_time(&mut text)?;
    text.literal(b" ")?;
    let year = text.digits(4)?;
    text.is_at_end().then_some((weekday, Civil { year, month, day, hour, minute, second }))
}

/// The date in the first form, the one to be sent; `None` beyond the year 9999.
#[cfg(feature = "sign")]
pub(crate) fn write(moment: UnixSeconds) -> Option<alloc::string::String> {
    let civil = Civil::from(moment);
    let Civil { year, month, day, hour, minute, second } = civil;
    let word = |words: &[&'static str], place: u64| words.get(usize::try_from(place).ok()?).copied();
    let (weekday, month) = (word(&DAYS, civil.weekday()?)?, word(&MONTHS, month.checked_sub(1)?)?);
    (year <= 9999)
        .then(|| alloc::format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT"))
}

fn read_month(text: &mut Cursor<'_>) -> Option<u64> {
    text.word(&MONTHS)?.checked_add(1)
}

fn read_time(text: &mut Cursor<'_>) -> Option<(u64, u64, u64)> {
    let hour = text.digits(2)?;
    text.literal(b":")?;
    let minute = text.digits(2)?;
    text.literal(b":")?;
    Some((hour, minute, text.digits(2)?))
}

/// The latest year with these last two digits that does not lie more than 50 years ahead.
fn whole_year(two_digits: u64, now: UnixSeconds) -> Option<u64> {
    let latest = Civil::from(now).year.checked_add(YEARS_AHEAD)?;
    let year = (latest / 100).checked_mul(100)?.checked_add(two_digits)?;
    if year > latest { year.checked_sub(100) } else { Some(year) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_767_323_045);

    #[test]
    fn reads_the_three_forms() {
        for text in ["Fri, 02 Jan 2026 03:04:05 GMT", "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026"] {
            assert_eq!(read(text.as_bytes(), NOW), Some(NOW), "{text}");
        }
        // The example of the RFC.
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(read(text.as_bytes(), NOW), Some(UnixSeconds::new(784_111_777)), "{text}");
        }
        assert_eq!(read(b"Mon Nov 14 08:49:37 1994", NOW), Some(UnixSeconds::new(784_802_977)));
        assert_eq!(read(b"Sat, 31 Dec 2016 23:59:60 GMT", NOW), Some(UnixSeconds::new(1_483_228_800)));
    }

    #[test]
    fn a_year_of_two_digits_is_never_more_than_fifty_years_ahead() {
        assert_eq!(whole_year(26, NOW), Some(2026));
        assert_eq!(whole_year(76, NOW), Some(2076));
        assert_eq!(whole_year(77, NOW), Some(1977));
        assert_eq!(whole_year(99, UnixSeconds::new(4_070_908_800)), Some(2099));
    }

    #[test]
    fn refuses_what_only_looks_like_a_date() {
        let texts = [
            "",
            "Fri, 02 Jan 2026 03:04:05",
            "Fri, 02 Jan 2026 03:04:05 UTC",
            "Fri, 02 Jan 2026 03:04:05 +0000",
            "Fri, 02 Jan 2026 03:04:05 GMT ",
            " Fri, 02 Jan 2026 03:04:05 GMT",
            "fri, 02 jan 2026 03:04:05 gmt",
            "Fri,  2 Jan 2026 03:04:05 GMT",
            "Fri, 2 Jan 2026 03:04:05 GMT",
            "Fri, 02 Jan 26 03:04:05 GMT",
            "Fri, 02 January 2026 03:04:05 GMT",
            "Fri, 02-Jan-2026 03:04:05 GMT",
            "Thu, 02 Jan 2026 03:04:05 GMT",
            "Fri, 32 Jan 2026 03:04:05 GMT",
            "Sun, 30 Feb 2025 03:04:05 GMT",
            "Fri, 02 Jan 2026 24:04:05 GMT",
            "Fri, 02 Jan 2026 03:60:05 GMT",
            "Fri, 02 Jan 2026 03:04:61 GMT",
            "Fri, 02 Jan 2026 3:04:05 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Friday, 02-Jan-2026 03:04:05 GMT",
            "Thursday, 02-Jan-26 03:04:05 GMT",
            "Fri Jan 2 03:04:05 2026",
            "Fri Jan 02 03:04:05 2026",
            "Fri Jan  2 03:04:05 2026 GMT",
            "1767323045",
            "2026-01-02T03:04:05Z",
            "Fri, 02 Jan 2026 03:04:05 GMT, Fri, 02 Jan 2026 03:04:05 GMT",
        ];
        for text in texts {
            assert_eq!(read(text.as_bytes(), NOW), None, "{text}");
        }
    }
}
