use alloc::string::String;

use crate::{EventError, Neutral, References};

/// What a delivery's body means.
///
/// Get it from [`Verified::event`](crate::Verified::event), which exists only for a body that was checked.
pub trait Payload: Sized {
    /// Reads a body that was verified before and has been kept since, in a store or on the way through a binding.
    ///
    /// It checks no signature: for anything else than such a body it believes whoever wrote it.
    ///
    /// # Errors
    ///
    /// [`EventError`] when the body is not an event of the provider.
    fn assume_verified(body: &[u8]) -> Result<Self, EventError>;

    /// The ids in a body that was verified before, whether or not it is an event of the provider.
    ///
    /// A provider whose bodies are not known names nothing.
    #[must_use]
    fn references(_body: &[u8]) -> References {
        References::default()
    }

    /// The payload as JSON in our own names, the same in every language; what is absent is `null`.
    fn to_json(&self) -> String;

    /// What it means whichever the provider.
    fn neutral(&self) -> Neutral;
}
