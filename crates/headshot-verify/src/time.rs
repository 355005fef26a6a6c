//! Moments, and how providers write them.

mod calendar;
mod grammar;
mod http_date;
mod pattern;
mod rfc3339;

pub(crate) use calendar::Civil;
pub use grammar::TimestampFormat;
#[cfg(feature = "sign")]
pub(crate) use http_date::write as http_date;
pub(crate) use rfc3339::{read_amazon_expiry, read_rfc3339};

use core::time::Duration;

/// The tolerance unless another is set: the greatest distance between a signed timestamp and now, 300 s.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_mins(5);

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use std::time::{SystemTime, UNIX_EPOCH};
///
/// use headshot_verify::UnixSeconds;
///
/// let now = UnixSeconds::new(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs());
/// # assert!(now.get() > 1_700_000_000);
/// # Ok::<(), std::time::SystemTimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixSeconds(u64);

impl UnixSeconds {
    /// The moment `seconds` after the epoch.
    #[must_use]
    pub const fn new(seconds: u64) -> Self {
        Self(seconds)
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
