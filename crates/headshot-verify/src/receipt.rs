use crate::{Payload, References, SchemeName, Verified, VerifyError};

/// How far a genuine delivery can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trust {
    /// It came in time, and the signature covers the body: the event may be believed.
    Covered,
    /// The signature is right and only the time is off: a late attempt, a replay or a wrong clock. Nothing of it may be
    /// believed but that it came.
    Stale,
    /// It came in time, but the signature does not cover the body: somebody who may ring rang.
    Doorbell,
}

/// A delivery whose sender knows the secret, in time or not; only the check makes one.
///
/// For a receiver that loses nothing: what came late, or when a clock was wrong, is a reason to ask the provider's API
/// about the [references](Self::references). The event can be had only from what [`Receipt::verified`] gives.
///
/// ```
/// use headshot_verify::{Delivery, Trust, UnixSeconds, Verifier, provider::headshotpro::HeadshotPro};
///
/// let secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// let verifier = Verifier::with_shown_secrets(HeadshotPro::new(), [secret])?;
/// let body = r#"{"event":"model.photos_ready","object":{"_id":"m1"}}"#;
/// let headers = [
///     ("X-HeadshotPro-Signature", "sha256=12f1acc8068c65a67d73da766ba9f7075e94e1c813e710756fedb7d5be43eeae"),
///     ("X-HeadshotPro-Timestamp", "1767323045"),
/// ];
///
/// // An hour later.
/// let now = UnixSeconds::new(1_767_323_045 + 3600);
/// let receipt = verifier.receive(&Delivery::new(&headers, body), now)?;
/// assert_eq!(receipt.trust(), Trust::Stale);
/// assert_eq!(receipt.references().session.as_deref(), Some("m1"));
/// assert_eq!(receipt.verified().unwrap_err().code(), "timestamp_too_old");
/// # Ok::<(), headshot_verify::VerifyError>(())
/// ```
#[derive(Debug)]
pub struct Receipt<'a, E = ()> {
    genuine: Verified<'a, E>,
    stale: Option<VerifyError>,
}

impl<'a, E> Receipt<'a, E> {
    /// How far the delivery can be trusted.
    #[must_use]
    pub const fn trust(&self) -> Trust {
        match self.stale {
            Some(_) => Trust::Stale,
            None if self.genuine.covers_body() => Trust::Covered,
            None => Trust::Doorbell,
        }
    }

    /// Why it is stale, which is how [`verify`](crate::Verifier::verify) would have refused it.
    #[must_use]
    pub const fn staleness(&self) -> Option<&VerifyError> {
        self.stale.as_ref()
    }

    /// The name of the provider's signature scheme.
    #[must_use]
    pub const fn scheme(&self) -> SchemeName {
        self.genuine.scheme()
    }

    /// The raw bytes of the body, to be kept: of a stale delivery they are not to be believed.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.genuine.body()
    }

    /// The delivery as one that came in time.
    ///
    /// # Errors
    ///
    /// The [staleness](Self::staleness), of which [`VerifyError::is_stale`] is true.
    pub fn verified(self) -> Result<Verified<'a, E>, VerifyError> {
        self.stale.map_or(Ok(self.genuine), Err)
    }

    /// The same, as a delivery of a provider whose events are `T`.
    pub(crate) fn of_events<T>(self) -> Receipt<'a, T> {
        Receipt { genuine: self.genuine.of_events(), stale: self.stale }
    }
}

impl<E: Payload> Receipt<'_, E> {
    /// Which things of the provider it names, whatever the trust and whether or not the body is an event: a hint to ask
    /// the provider's API about them, and nothing to believe.
    #[must_use]
    pub fn references(&self) -> References {
        self.genuine.references()
    }
}

impl<'a> Receipt<'a> {
    pub(crate) const fn new(genuine: Verified<'a>, stale: Option<VerifyError>) -> Self {
        Self { genuine, stale }
    }
}
