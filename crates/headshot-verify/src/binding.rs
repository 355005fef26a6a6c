//! What a binding to another language builds on: it looks headers up in that language, and words its messages there.
//!
//! It is no part of the interface for Rust programs and may change with every version.

use core::time::Duration;

use crate::{Scheme, Secrets, UnixSeconds};
pub use crate::{
    flaw::{Flaw, Role},
    scheme::{Received, Sent},
    verified::Found,
};

/// The same check as [`verify`](crate::verify), of headers that were looked up before.
///
/// # Errors
///
/// The [`Flaw`] of which `verify` makes its error.
pub fn check(
    scheme: &Scheme,
    received: Received<'_>,
    body: &[u8],
    secrets: &Secrets,
    now: UnixSeconds,
    tolerance: Duration,
) -> Result<Found, Flaw> {
    scheme.check(received, body, secrets, now, tolerance)
}
