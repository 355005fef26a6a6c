use super::{UnixSeconds, calendar, http_date};
use crate::{DeclarationError, headers::joined_values, words::names};

/// The greatest number of digits of Unix seconds: enough until the year 5138, too few for milliseconds.
const MAX_SECONDS_DIGITS: usize = 11;

/// The same for milliseconds.
const MAX_MILLIS_DIGITS: usize = 14;

names! {
    /// How a provider writes the moment of signing.
    pub enum TimestampFormat {
        /// Seconds since the epoch: 1 to 11 decimal digits, nothing else.
        UnixSeconds = "unix-seconds",
        /// Milliseconds since the epoch: 1 to 14 decimal digits, nothing else.
        UnixMillis = "unix-millis",
        /// One of the three forms of HTTP's date (RFC 9110, 5.6.7): `Fri, 02 Jan 2026 03:04:05 GMT`,
        /// `Friday, 02-Jan-26 03:04:05 GMT` or `Fri Jan  2 03:04:05 2026`, with the name of the right day.
        HttpDate = "http-date",
    }
    as_str or DeclarationError::TimestampFormatUnknown
}

impl TimestampFormat {
    /// The moment that the text writes; `now` is for years of two digits.
    pub(crate) fn read(self, text: &[u8], now: UnixSeconds) -> Option<UnixSeconds> {
        match self {
            Self::UnixSeconds => short_number(text, MAX_SECONDS_DIGITS).map(UnixSeconds::new),
            Self::UnixMillis => short_number(text, MAX_MILLIS_DIGITS).map(|millis| UnixSeconds::new(millis / 1000)),
            Self::HttpDate => http_date::read(text, now),
        }
    }

    /// Whether a proxy or a runtime joined several values with commas.
    pub(crate) fn is_joined(self, text: &[u8]) -> bool {
        let values = joined_values(text);
        let is_of_numbers = || text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' '));
        match self {
            Self::UnixSeconds | Self::UnixMillis => values > 1 && is_of_numbers(),
            // A date has a comma of its own.
            Self::HttpDate => values > 2,
        }
    }

    /// Whether the text says by itself where it ends, whatever follows.
    pub(crate) const fn ends_by_itself(self) -> bool {
        matches!(self, Self::HttpDate)
    }
}

fn short_number(text: &[u8], most_digits: usize) -> Option<u64> {
    calendar::number(text).filter(|_| text.len() <= most_digits)
}
