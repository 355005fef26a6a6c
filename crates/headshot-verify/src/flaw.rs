use alloc::borrow::Cow;
use core::time::Duration;

use crate::{MAX_BODY_BYTES, Scheme, Secrets, UnixSeconds, VerifyError};

/// What a header of a scheme is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Signature,
    Timestamp,
    Id,
}

/// What deliveries are checked with, and what there is to say about a [`Flaw`] beside its name.
#[derive(Clone, Copy, Debug)]
pub struct Check<'s> {
    /// The secrets, any of which may have signed.
    pub secrets: &'s Secrets,
    /// The moment of the check.
    pub now: UnixSeconds,
    /// The greatest distance between a signed timestamp and now.
    pub tolerance: Duration,
    /// The claim that the flaw is about.
    pub claim: &'static str,
    /// By how many seconds the time that the flaw is about is off.
    pub seconds: u64,
}

/// Why a delivery is refused: [`VerifyError`] without what its variants hold, in the same order.
///
/// It is a byte, and so passes through the many steps of a check in fewer instructions. It is also what a binding hands
/// over that has texts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the error's variants of these names are described")]
pub enum Flaw {
    SignatureMissing,
    SignatureRepeated,
    SignatureMalformed,
    SignatureUppercase,
    SignatureMismatch,
    TimestampMissing,
    TimestampRepeated,
    TimestampMalformed,
    IdMissing,
    IdRepeated,
    IdMalformed,
    TimestampTooOld,
    TimestampInFuture,
    TokenMalformed,
    AlgorithmRefused,
    ExtensionRefused,
    TokenTypeRefused,
    ClaimsMalformed,
    ClaimMalformed,
    ClaimMissing,
    ClaimMismatch,
    TokenExpired,
    TokenNotYetValid,
    BodyNotObject,
    BodyTooLarge,
    SecretEmpty,
    SecretMalformed,
    SecretsMissing,
    SchemeUnknown,
}

impl Role {
    pub(crate) const fn missing(self) -> Flaw {
        match self {
            Self::Signature => Flaw::SignatureMissing,
            Self::Timestamp => Flaw::TimestampMissing,
            Self::Id => Flaw::IdMissing,
        }
    }

    pub(crate) const fn repeated(self) -> Flaw {
        match self {
            Self::Signature => Flaw::SignatureRepeated,
            Self::Timestamp => Flaw::TimestampRepeated,
            Self::Id => Flaw::IdRepeated,
        }
    }

    pub(crate) const fn malformed(self) -> Flaw {
        match self {
            Self::Signature => Flaw::SignatureMalformed,
            Self::Timestamp => Flaw::TimestampMalformed,
            Self::Id => Flaw::IdMalformed,
        }
    }
}

impl<'s> Check<'s> {
    /// A check that has found nothing yet.
    #[must_use]
    pub const fn new(secrets: &'s Secrets, now: UnixSeconds, tolerance: Duration) -> Self {
        Self { secrets, now, tolerance, claim: "", seconds: 0 }
    }

    /// A flaw about a claim.
    pub(crate) const fn of_claim(&mut self, claim: &'static str, flaw: Flaw) -> Flaw {
        self.claim = claim;
        flaw
    }

    /// A flaw about a time that is off by so many seconds.
    pub(crate) const fn off_by(&mut self, seconds: u64, flaw: Flaw) -> Flaw {
        self.seconds = seconds;
        flaw
    }

    /// Makes sure that no more seconds lie between a moment and now than the tolerance has.
    pub(crate) fn distance(&mut self, signed_at: UnixSeconds) -> Result<(), Flaw> {
        // Moments are whole seconds, so a fraction of the tolerance makes no difference.
        let most = self.tolerance.as_secs();
        match (self.now.since(signed_at), signed_at.since(self.now)) {
            (Some(age), _) if age > most => Err(self.off_by(age, Flaw::TimestampTooOld)),
            (_, Some(ahead)) if ahead > most => Err(self.off_by(ahead, Flaw::TimestampInFuture)),
            _ => Ok(()),
        }
    }

    /// The error that people read, who want to know the headers of this scheme.
    pub(crate) fn error(&self, flaw: Flaw, scheme: &Scheme) -> VerifyError {
        let header = |role| scheme.header(role).cloned().unwrap_or_default();
        flaw.error(header, scheme.without_timestamp(), self.claim, self.seconds)
    }
}

impl Flaw {
    /// The error where there is nothing to say beside its name.
    pub(crate) fn plain(self) -> VerifyError {
        self.error(|_| Cow::Borrowed(""), None, "", 0)
    }

    fn error(
        self,
        header: impl Fn(Role) -> Cow<'static, str>,
        without_timestamp: Option<&'static str>,
        claim: &'static str,
        seconds: u64,
    ) -> VerifyError {
        let distance = Duration::from_secs(seconds);
        let (signature, timestamp, id) = (|| header(Role::Signature), || header(Role::Timestamp), || header(Role::Id));
        match self {
            Self::SignatureMissing => VerifyError::SignatureMissing { header: signature() },
            Self::SignatureRepeated => VerifyError::SignatureRepeated { header: signature() },
            Self::SignatureMalformed => VerifyError::SignatureMalformed { header: signature() },
            Self::SignatureUppercase => VerifyError::SignatureUppercase { header: signature() },
            Self::SignatureMismatch => VerifyError::SignatureMismatch,
            Self::TimestampMissing => {
                VerifyError::TimestampMissing { header: timestamp(), accepted_by: without_timestamp }
            }
            Self::TimestampRepeated => VerifyError::TimestampRepeated { header: timestamp() },
            Self::TimestampMalformed => VerifyError::TimestampMalformed { header: timestamp() },
            Self::IdMissing => VerifyError::IdMissing { header: id() },
            Self::IdRepeated => VerifyError::IdRepeated { header: id() },
            Self::IdMalformed => VerifyError::IdMalformed { header: id() },
            Self::TimestampTooOld => VerifyError::TimestampTooOld { age: distance },
            Self::TimestampInFuture => VerifyError::TimestampInFuture { ahead: distance },
            Self::TokenMalformed => VerifyError::TokenMalformed,
            Self::AlgorithmRefused => VerifyError::AlgorithmRefused,
            Self::ExtensionRefused => VerifyError::ExtensionRefused,
            Self::TokenTypeRefused => VerifyError::TokenTypeRefused,
            Self::ClaimsMalformed => VerifyError::ClaimsMalformed,
            Self::ClaimMalformed => VerifyError::ClaimMalformed { claim },
            Self::ClaimMissing => VerifyError::ClaimMissing { claim },
            Self::ClaimMismatch => VerifyError::ClaimMismatch { claim },
            Self::TokenExpired => VerifyError::TokenExpired { age: distance },
            Self::TokenNotYetValid => VerifyError::TokenNotYetValid { ahead: distance },
            Self::BodyNotObject => VerifyError::BodyNotObject,
            Self::BodyTooLarge => VerifyError::BodyTooLarge { limit: MAX_BODY_BYTES },
            Self::SecretEmpty => VerifyError::SecretEmpty,
            Self::SecretMalformed => VerifyError::SecretMalformed,
            Self::SecretsMissing => VerifyError::SecretsMissing,
            Self::SchemeUnknown => VerifyError::SchemeUnknown,
        }
    }
}
