#[cfg(feature = "serde")]
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

    /// The payload as JSON in our own names, the same in every language; what is absent is `null`. With the feature `serde`.
    #[cfg(feature = "serde")]
    fn to_json(&self) -> String
    where
        Self: serde::Serialize,
    {
        crate::json::written(self)
    }

    /// What it means whichever the provider.
    fn neutral(&self) -> Neutral;
}

/// An event of a delivery whose signature does not cover the body, so that it may say anything: a hint to read the
/// provider's API.
///
/// ```
/// use headshot_verify::{Payload, UnsignedEvent, provider::scale::Event};
///
/// let body = br#"{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1"}"#;
/// let hint = UnsignedEvent::<Event>::assume_verified(body)?;
/// assert_eq!(hint.unsigned().submission_id.as_deref(), Some("sub_1"));
/// # Ok::<(), headshot_verify::EventError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct UnsignedEvent<E>(E);

impl<E> UnsignedEvent<E> {
    /// What the body says, which nobody signed.
    pub const fn unsigned(&self) -> &E {
        &self.0
    }

    /// The same, to be kept.
    pub fn into_unsigned(self) -> E {
        self.0
    }
}

impl<E: Payload> Payload for UnsignedEvent<E> {
    fn assume_verified(body: &[u8]) -> Result<Self, EventError> {
        E::assume_verified(body).map(Self)
    }

    fn references(body: &[u8]) -> References {
        E::references(body)
    }

    fn neutral(&self) -> Neutral {
        self.0.neutral()
    }
}
