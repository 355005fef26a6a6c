//! Moments, and how providers write them.

mod calendar;
mod grammar;
mod http_date;
mod pattern;
mod rfc3339;

#[cfg(feature = "serde")]
pub(crate) use calendar::Civil;
pub use grammar::TimestampFormat;
#[cfg(feature = "sign")]
pub(crate) use http_date::write as http_date;
pub(crate) use rfc3339::{read_amazon_expiry, read_rfc3339};

use core::time::Duration;
#[cfg(feature = "std")]
use std::time::{SystemTime, UNIX_EPOCH};

/// The tolerance unless another is set: the greatest distance between a signed timestamp and now, 300 s.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use headshot_verify::UnixSeconds;
///
/// # #[cfg(feature = "std")]
/// assert!(UnixSeconds::now() > UnixSeconds::new(1_700_000_000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixSeconds(u64);

impl UnixSeconds {
    /// The moment `seconds` after the epoch.
    #[must_use]
    pub const fn new(seconds: u64) -> Self {
        Self(seconds)
    }

    /// The system's clock, with the feature `std`; runtimes of bare `wasm32-unknown-unknown` have none, and panic.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// How many seconds `self` lies after `earlier`; nothing if it lies before.
    pub(crate) const fn since(self, earlier: Self) -> Option<u64> {
        self.0.checked_sub(earlier.0)
    }
}

impl From<u64> for UnixSeconds {
    fn from(seconds: u64) -> Self {
        Self(seconds)
    }
}

/// A time before the epoch counts as the epoch.
#[cfg(feature = "std")]
impl From<SystemTime> for UnixSeconds {
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn a_systems_time_counts_whole_seconds_and_begins_at_the_epoch() {
        let after = |milliseconds| UnixSeconds::from(UNIX_EPOCH + Duration::from_millis(milliseconds));
        assert_eq!([after(0), after(999), after(1_000)].map(UnixSeconds::get), [0, 0, 1]);
        assert_eq!(UnixSeconds::from(UNIX_EPOCH - Duration::from_secs(1)).get(), 0);
    }
}
