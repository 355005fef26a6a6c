//! The three forms of HTTP's date (RFC 9110, 5.6.7).
//!
//! No form is the beginning of another, nor is one date of another date: whatever follows a date, only one date fits.

use super::{calendar::Civil, pattern};
use crate::UnixSeconds;

/// `Fri, 02 Jan 2026 03:04:05 GMT`, the one to be sent.
const FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// `Friday, 02-Jan-26 03:04:05 GMT`
const RFC850: &str = "%A, %d-%b-%y %H:%M:%S GMT";

/// `Fri Jan  2 03:04:05 2026`
const ASCTIME: &str = "%a %b %e %H:%M:%S %Y";

/// How far ahead a year of two digits may lie before it means the century before.
const YEARS_AHEAD: u64 = 50;

/// Reads a date, exactly as one of the forms has it; the name of the day has to be the day's own.
///
/// `now` says which century a year of two digits means.
// Apart from the other formats: a runtime compiles a function of wasm when it is first called.
#[inline(never)]
pub(super) fn read(text: &[u8], now: UnixSeconds) -> Option<UnixSeconds> {
    for (form, is_short) in [(FIXDATE, false), (ASCTIME, false), (RFC850, true)] {
        if let Some((civil, [])) = pattern::read(form, text) {
            let year = if is_short { whole_year(civil.year, now) } else { civil.year };
            return Civil { year, ..civil }.unix_seconds();
        }
    }
    None
}

/// The date in the first form; `None` beyond the year 9999.
#[cfg(feature = "sign")]
pub(crate) fn write(moment: UnixSeconds) -> Option<alloc::string::String> {
    let civil = Civil::from(moment);
    civil.unix_seconds().map(|_| pattern::write(FIXDATE, civil))
}

/// The latest year with these last two digits that does not lie more than 50 years ahead.
fn whole_year(two_digits: u64, now: UnixSeconds) -> u64 {
    let latest = Civil::from(now).year.wrapping_add(YEARS_AHEAD);
    let year = (latest / 100).wrapping_mul(100).wrapping_add(two_digits);
    if year > latest { year.wrapping_sub(100) } else { year }
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
        assert_eq!(whole_year(26, NOW), 2026);
        assert_eq!(whole_year(76, NOW), 2076);
        assert_eq!(whole_year(77, NOW), 1977);
        assert_eq!(whole_year(99, UnixSeconds::new(4_070_908_800)), 2099);
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
