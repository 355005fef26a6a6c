//! How the stand-ins write times.

use jiff::Timestamp;

/// RFC 3339 in UTC with milliseconds.
pub(crate) fn text(at: Timestamp) -> String {
    format!("{at:.3}")
}
