use core::{fmt, marker::PhantomData};

use crate::{EventError, Neutral, Payload, References, Scheme, SchemeName, UnixSeconds, check::Found, scheme::Name};

/// What a check found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) provider: Name,
    pub(crate) scheme: SchemeName,
    pub(crate) found: Found,
    pub(crate) covers_body: bool,
}

impl Proof {
    pub(crate) fn of(scheme: &Scheme, found: Found) -> Self {
        Self { provider: scheme.provider.clone(), scheme: scheme.name(), found, covers_body: scheme.covers_body() }
    }
}

/// A genuine delivery; only the check makes one.
///
/// `E` is the provider's type of event; its default says that none is known.
pub struct Verified<'a, E = ()> {
    proof: Proof,
    body: &'a [u8],
    event: PhantomData<fn() -> E>,
}

impl<'a, E> Verified<'a, E> {
    /// The provider that signed.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.proof.provider
    }

    /// The name of the provider's signature scheme.
    #[must_use]
    pub const fn scheme(&self) -> SchemeName {
        self.proof.scheme
    }

    /// When it was signed; `None` if the scheme signs no time, so that the delivery may be a replay.
    #[must_use]
    pub const fn signed_at(&self) -> Option<UnixSeconds> {
        self.proof.found.signed_at
    }

    /// Which of the secrets signed, counted from 0.
    #[must_use]
    pub const fn secret_index(&self) -> usize {
        self.proof.found.secret_index
    }

    /// Whether the signature covers the body; if not, the event is only a hint to read the provider's API again.
    #[must_use]
    pub const fn covers_body(&self) -> bool {
        self.proof.covers_body
    }

    /// The raw bytes of the body.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The same, as a delivery of a provider whose events are `T`.
    pub(crate) fn of_events<T>(self) -> Verified<'a, T> {
        Verified { proof: self.proof, body: self.body, event: PhantomData }
    }
}

impl<E: Payload> Verified<'_, E> {
    /// Reads the event in the body.
    ///
    /// # Errors
    ///
    /// [`EventError`] when the body is genuine but not an event of this provider.
    pub fn event(&self) -> Result<E, EventError> {
        E::assume_verified(self.body)
    }

    /// What it means in words that every provider shares; of a body that is no event, only whom it is about.
    #[must_use]
    pub fn neutral(&self) -> Neutral {
        self.event().map_or_else(|_| Neutral::of_unreadable(self.references()), |event| event.neutral())
    }

    /// Which things of the provider it names, also where the body is no event.
    #[must_use]
    pub fn references(&self) -> References {
        E::references(self.body)
    }
}

impl<'a> Verified<'a> {
    pub(crate) const fn new(proof: Proof, body: &'a [u8]) -> Self {
        Self { proof, body, event: PhantomData }
    }
}

#[cfg(feature = "axum")]
impl<E> Verified<'_, E> {
    /// What remains where the body is kept in another way.
    pub(crate) fn into_proof(self) -> Proof {
        self.proof
    }
}

// The body stays out of logs.
impl<E> fmt::Debug for Verified<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("proof", &self.proof)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
