use core::time::Duration;

use crate::{
    Delivery, Headers, Provider, Receipt, Scheme, Secrets, UnixSeconds, Verified, VerifyError, check::Check,
    verified::Proof,
};

/// Checks one provider's deliveries for one endpoint.
///
/// ```
/// use std::time::Duration;
///
/// use headshot_verify::{Secrets, Verifier, provider::headshotpro::HeadshotPro};
///
/// let secrets = Secrets::new(["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"])?;
/// let verifier = Verifier::new(HeadshotPro::new(), secrets).with_tolerance(Duration::from_secs(60));
/// # Ok::<(), headshot_verify::VerifyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier<P> {
    provider: P,
    secrets: Secrets,
    tolerance: Option<Duration>,
}

impl<P: Provider> Verifier<P> {
    /// A verifier with the [tolerance of the provider's scheme](Scheme::tolerance), which is nearly always
    /// [300 s](crate::DEFAULT_TOLERANCE).
    pub const fn new(provider: P, secrets: Secrets) -> Self {
        Self { provider, secrets, tolerance: None }
    }

    /// The same, from signing secrets as the provider shows them.
    ///
    /// # Errors
    ///
    /// [`VerifyError::SecretsMissing`], [`VerifyError::SecretEmpty`] and [`VerifyError::SecretMalformed`].
    pub fn with_shown_secrets<S: AsRef<[u8]>>(
        provider: P,
        shown: impl IntoIterator<Item = S>,
    ) -> Result<Self, VerifyError> {
        let secrets = provider.secret_form().read_all(shown)?;
        Ok(Self::new(provider, secrets))
    }

    /// Sets the greatest distance between a signed timestamp and now, before or after.
    #[must_use]
    pub const fn with_tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = Some(tolerance);
        self
    }

    /// The provider.
    pub const fn provider(&self) -> &P {
        &self.provider
    }

    #[cfg(feature = "sign")]
    pub(crate) const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Says whether the delivery is genuine.
    ///
    /// # Errors
    ///
    /// [`VerifyError`], for which the sender should get one and the same answer, 401, whatever its code.
    pub fn verify<'a, 'h>(
        &self,
        delivery: &Delivery<'a, impl Headers<'h>>,
        now: UnixSeconds,
    ) -> Result<Verified<'a, P::Event>, VerifyError> {
        let (scheme, tolerance) = self.rules(&delivery.headers);
        verify(delivery, &self.secrets, scheme, now, tolerance).map(Verified::of_events)
    }

    /// Says whether the sender knows the secret, even if the delivery is stale; the receipt says how far to trust it.
    ///
    /// # Errors
    ///
    /// As of [`Verifier::verify`], but none that [is stale](VerifyError::is_stale).
    pub fn receive<'a, 'h>(
        &self,
        delivery: &Delivery<'a, impl Headers<'h>>,
        now: UnixSeconds,
    ) -> Result<Receipt<'a, P::Event>, VerifyError> {
        let (scheme, tolerance) = self.rules(&delivery.headers);
        receive(delivery, &self.secrets, scheme, now, tolerance).map(Receipt::of_events)
    }

    /// What a delivery with these headers is held to.
    fn rules<'h>(&self, headers: &impl Headers<'h>) -> (&Scheme, Duration) {
        let scheme = self.provider.scheme(headers);
        (scheme, self.tolerance.unwrap_or(scheme.tolerance))
    }
}

/// Checks a delivery against one scheme.
///
/// The headers are parsed first, then the signature is compared in constant time over the raw bytes, and only then,
/// when the timestamp is known to be the sender's, its distance to `now`. Nothing is allocated on the way to a yes.
///
/// # Errors
///
/// Every [`VerifyError`] whose [`fault`](VerifyError::fault) is the sender's.
pub fn verify<'a, 'h>(
    delivery: &Delivery<'a, impl Headers<'h>>,
    secrets: &Secrets,
    scheme: &Scheme,
    now: UnixSeconds,
    tolerance: Duration,
) -> Result<Verified<'a>, VerifyError> {
    let received = scheme.received(&delivery.headers);
    let mut check = Check::new(secrets, now, tolerance);
    let found = scheme.check(received, delivery.body, &mut check).map_err(|flaw| scheme.refusal(flaw, &check))?;
    Ok(Verified::new(Proof::of(scheme, found), delivery.body))
}

/// As [`verify`], but takes what is stale too: the receipt says how far it can be trusted.
///
/// # Errors
///
/// As of [`verify`], but none that [is stale](VerifyError::is_stale).
pub fn receive<'a, 'h>(
    delivery: &Delivery<'a, impl Headers<'h>>,
    secrets: &Secrets,
    scheme: &Scheme,
    now: UnixSeconds,
    tolerance: Duration,
) -> Result<Receipt<'a>, VerifyError> {
    match verify(delivery, secrets, scheme, now, tolerance) {
        // Whatever else is demanded of it is demanded all the same.
        Err(refusal) if refusal.is_stale() => {
            verify(delivery, secrets, scheme, now, Duration::MAX).map(|genuine| Receipt::new(genuine, Some(refusal)))
        }
        verdict => verdict.map(|genuine| Receipt::new(genuine, None)),
    }
}
