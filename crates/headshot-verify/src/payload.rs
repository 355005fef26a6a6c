use crate::EventError;

/// A JSON value, for what this version has no type for.
pub use serde_json::Value;

/// The fields of a JSON object, for what this version has no type for.
pub type Fields = serde_json::Map<alloc::string::String, Value>;

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
}
