mod declaration;
mod encoding;
mod hmac;
mod signature;
mod token;

use alloc::{borrow::Cow, sync::Arc};
use core::{fmt, ops::Deref, time::Duration};

pub use declaration::Declaration;
pub use encoding::Encoding;
pub(crate) use hmac::{BodyRule, HmacScheme, IdHeader, Part, TimestampHeader};
pub(crate) use signature::SignatureHeader;
#[cfg(feature = "sign")]
pub(crate) use token::BODY_CLAIMS;
pub(crate) use token::TokenScheme;

use crate::{
    MAX_BODY_BYTES, VerifyError,
    check::{Check, Found},
    error::{Flaw, Role, Told},
    headers::{Headers, Received},
    words::names,
};

names! {
    /// The name of a signature scheme among its provider's.
    pub enum SchemeName {
        /// HeadshotPro's over timestamp and body.
        Timestamped = "timestamped",
        /// HeadshotPro's over the body alone.
        Body = "body",
        /// Skylab's over the date and the body.
        Dated = "dated",
        /// Scale Headshots' token, which does not sign the body.
        Jwt = "jwt",
        /// Version 1 of Standard Webhooks.
        V1 = "v1",
        /// One that was declared.
        Declared = "declared",
    }
    code
}

/// A signature scheme: which bytes a provider signs, how the signature is written, and which headers carry it.
///
/// The providers' own come from [`Provider::scheme`](crate::Provider::scheme), others from a [`Declaration`].
#[derive(Clone, Debug)]
pub struct Scheme {
    pub(crate) provider: Name,
    pub(crate) name: SchemeName,
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

impl Scheme {
    /// The provider that uses it.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Its name among the provider's schemes.
    #[must_use]
    pub const fn name(&self) -> SchemeName {
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

    fn header(&self, role: Role) -> Option<&Cow<'static, str>> {
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

    /// What was sent for the headers that it reads.
    #[doc(hidden)]
    pub fn received<'h>(&self, headers: &impl Headers<'h>) -> Received<'h> {
        Received::of([Some(self.signature_header()), self.timestamp_header(), self.id_header()], headers)
    }

    /// The error that people read, who want to know the headers of this scheme.
    #[doc(hidden)]
    #[must_use]
    pub fn refusal(&self, flaw: Flaw, check: &Check<'_>) -> VerifyError {
        let headers = [Role::Signature, Role::Timestamp, Role::Id];
        flaw.error(&Told {
            headers: headers.map(|role| self.header(role).unwrap_or(&Cow::Borrowed(""))),
            without_timestamp: self.without_timestamp(),
            claim: check.claim,
            seconds: check.seconds,
        })
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
