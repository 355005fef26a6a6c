mod declaration;
mod encoding;
mod hmac;
mod signature;
mod values;

use alloc::{borrow::Cow, sync::Arc};
use core::{fmt, ops::Deref, time::Duration};

pub use declaration::{Declaration, DeclarationError};
pub use encoding::Encoding;
pub(crate) use hmac::{BodyRule, HmacScheme, IdHeader, Part, TimestampHeader};
pub(crate) use signature::SignatureHeader;
pub(crate) use values::{MAX_VALUE_BYTES, joined_values};
pub use values::{Received, Sent};

use crate::{
    Delivery, Headers, Receipt, Secrets, UnixSeconds, Verified, VerifyError,
    flaw::{Check, Flaw, Role},
    token::TokenScheme,
    verified::{Found, Proof},
};

/// The longest body that is looked at, 1 MiB; the providers' own deliveries are a few KiB.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A signature scheme: which bytes a provider signs, how the signature is written, and which headers carry it.
///
/// The providers' own come from [`Provider::scheme`](crate::Provider::scheme), others from a [`Declaration`].
#[derive(Clone, Debug)]
pub struct Scheme {
    pub(crate) provider: Name,
    pub(crate) name: &'static str,
    pub(crate) tolerance: Duration,
    pub(crate) means: Means,
}

/// What a scheme proves a delivery with.
#[derive(Clone, Debug)]
pub(crate) enum Means {
    /// HMAC-SHA256 over parts of the delivery.
    Hmac(HmacScheme),
    /// A JSON Web Token in a header, which says nothing of the body but what its claims name.
    Token(TokenScheme),
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
    let received = Received::of(scheme, &delivery.headers);
    let mut check = Check::new(secrets, now, tolerance);
    let found = scheme.check(received, delivery.body, &mut check).map_err(|flaw| check.error(flaw, scheme))?;
    Ok(Verified::new(scheme.proof(found), delivery.body))
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

impl Scheme {
    /// The provider that uses it.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Its name among the provider's schemes.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The greatest distance between a signed timestamp and now, unless the verifier is told another.
    #[must_use]
    pub const fn tolerance(&self) -> Duration {
        self.tolerance
    }

    /// Whether its signatures cover the body.
    #[must_use]
    pub const fn covers_body(&self) -> bool {
        match self.means {
            // A scheme whose template leaves the body out cannot be declared.
            Means::Hmac(_) => true,
            Means::Token(_) => false,
        }
    }

    /// The header of the signature or the token, in lower case.
    #[must_use]
    pub fn signature_header(&self) -> &str {
        self.header(Role::Signature).map_or("", |name| name)
    }

    /// What stands before a signature.
    #[must_use]
    pub fn signature_prefix(&self) -> &str {
        match &self.means {
            Means::Hmac(hmac) => &hmac.signature.prefix,
            Means::Token(_) => "",
        }
    }

    /// The header of the timestamp, in lower case; a token holds its times itself.
    #[must_use]
    pub fn timestamp_header(&self) -> Option<&str> {
        self.header(Role::Timestamp).map(|name| &**name)
    }

    /// The header of the delivery's id, in lower case.
    #[must_use]
    pub fn id_header(&self) -> Option<&str> {
        self.header(Role::Id).map(|name| &**name)
    }

    pub(crate) fn header(&self, role: Role) -> Option<&Cow<'static, str>> {
        match (&self.means, role) {
            (Means::Hmac(hmac), Role::Signature) => Some(&hmac.signature.header),
            (Means::Hmac(hmac), Role::Timestamp) => hmac.timestamp.as_ref().map(|timestamp| &timestamp.header),
            (Means::Hmac(hmac), Role::Id) => hmac.id.as_ref().map(|id| &id.header),
            (Means::Token(token), Role::Signature) => Some(&token.header),
            (Means::Token(_), Role::Timestamp | Role::Id) => None,
        }
    }

    /// The setting under which the provider's deliveries without a timestamp are accepted too, if there is one.
    #[must_use]
    pub fn without_timestamp(&self) -> Option<&'static str> {
        match &self.means {
            Means::Hmac(hmac) => hmac.timestamp.as_ref()?.optional_under,
            Means::Token(_) => None,
        }
    }

    /// The headers that it reads, in lower case, the one of the signature first.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        [Some(self.signature_header()), self.timestamp_header(), self.id_header()].into_iter().flatten()
    }

    /// The same check as [`verify`], of headers that were looked up before; for bindings, see `binding.rs`.
    ///
    /// # Errors
    ///
    /// The [`Flaw`] of which [`verify`] makes its error.
    #[doc(hidden)]
    pub fn check(&self, received: Received<'_>, body: &[u8], check: &mut Check<'_>) -> Result<Found, Flaw> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Flaw::BodyTooLarge);
        }
        match &self.means {
            Means::Hmac(hmac) => hmac.check(received, body, check),
            Means::Token(token) => token.check(received.signature, body, check),
        }
    }

    fn proof(&self, found: Found) -> Proof {
        Proof { provider: self.provider.clone(), scheme: self.name, found, covers_body: self.covers_body() }
    }
}

/// A name that costs nothing to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    BuiltIn(&'static str),
    Declared(Arc<str>),
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::BuiltIn(name) => name,
            Self::Declared(name) => name,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
