use alloc::borrow::Cow;
use core::time::Duration;

use crate::{MAX_BODY_BYTES, Scheme, VerifyError};

/// What a header of a scheme is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The signature, or the token.
    Signature,
    /// The timestamp.
    Timestamp,
    /// The delivery's id.
    Id,
}

/// Why a delivery is refused, without the names of the headers: these are the scheme's.
///
/// [`VerifyError`] is the same for people. This one is small, and what a binding hands over that has texts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The header is absent.
    Missing(Role),
    /// The header occurs more than once.
    Repeated(Role),
    /// The header's value is not of the scheme's form.
    Malformed(Role),
    /// The signature is in upper case.
    Uppercase,
    /// No secret made the signature.
    Mismatch,
    /// It was signed so many seconds before now.
    TooOld(u64),
    /// It was signed so many seconds after now.
    InFuture(u64),
    /// The token is not of the compact form, or its header no JSON object.
    TokenMalformed,
    /// The token's algorithm is not accepted.
    AlgorithmRefused,
    /// The token demands an extension.
    ExtensionRefused,
    /// The token is no JWT.
    TokenTypeRefused,
    /// The token's claims are no JSON object.
    ClaimsMalformed,
    /// The claim is not a time.
    ClaimMalformed(&'static str),
    /// The claim is absent.
    ClaimMissing(&'static str),
    /// The claim is not what the body says.
    ClaimMismatch(&'static str),
    /// The token expired so many seconds ago.
    TokenExpired(u64),
    /// The token becomes valid in so many seconds.
    TokenNotYetValid(u64),
    /// The body begins no JSON object.
    BodyNotObject,
    /// The body is longer than [`MAX_BODY_BYTES`].
    BodyTooLarge,
}

impl Flaw {
    /// The same as the error that people read, of a token that came in no header.
    pub(crate) fn of_token(self) -> VerifyError {
        self.named(|_| Cow::Borrowed(""), None)
    }

    /// The same as the error that people read, who want to know the headers of this scheme.
    #[must_use]
    pub fn of(self, scheme: &Scheme) -> VerifyError {
        self.named(|role| scheme.header(role).cloned().unwrap_or_default(), scheme.without_timestamp())
    }

    fn named(self, header: impl Fn(Role) -> Cow<'static, str>, without_timestamp: Option<&'static str>) -> VerifyError {
        let seconds = Duration::from_secs;
        match self {
            Self::Missing(Role::Signature) => VerifyError::SignatureMissing { header: header(Role::Signature) },
            Self::Missing(Role::Timestamp) => {
                VerifyError::TimestampMissing { header: header(Role::Timestamp), accepted_by: without_timestamp }
            }
            Self::Missing(Role::Id) => VerifyError::IdMissing { header: header(Role::Id) },
            Self::Repeated(Role::Signature) => VerifyError::SignatureRepeated { header: header(Role::Signature) },
            Self::Repeated(Role::Timestamp) => VerifyError::TimestampRepeated { header: header(Role::Timestamp) },
            Self::Repeated(Role::Id) => VerifyError::IdRepeated { header: header(Role::Id) },
            Self::Malformed(Role::Signature) => VerifyError::SignatureMalformed { header: header(Role::Signature) },
            Self::Malformed(Role::Timestamp) => VerifyError::TimestampMalformed { header: header(Role::Timestamp) },
            Self::Malformed(Role::Id) => VerifyError::IdMalformed { header: header(Role::Id) },
            Self::Uppercase => VerifyError::SignatureUppercase { header: header(Role::Signature) },
            Self::TooOld(age) => VerifyError::TimestampTooOld { age: seconds(age) },
            Self::InFuture(ahead) => VerifyError::TimestampInFuture { ahead: seconds(ahead) },
            Self::TokenExpired(age) => VerifyError::TokenExpired { age: seconds(age) },
            Self::TokenNotYetValid(ahead) => VerifyError::TokenNotYetValid { ahead: seconds(ahead) },
            Self::Mismatch => VerifyError::SignatureMismatch,
            Self::TokenMalformed => VerifyError::TokenMalformed,
            Self::AlgorithmRefused => VerifyError::AlgorithmRefused,
            Self::ExtensionRefused => VerifyError::ExtensionRefused,
            Self::TokenTypeRefused => VerifyError::TokenTypeRefused,
            Self::ClaimsMalformed => VerifyError::ClaimsMalformed,
            Self::ClaimMalformed(claim) => VerifyError::ClaimMalformed { claim },
            Self::ClaimMissing(claim) => VerifyError::ClaimMissing { claim },
            Self::ClaimMismatch(claim) => VerifyError::ClaimMismatch { claim },
            Self::BodyNotObject => VerifyError::BodyNotObject,
            Self::BodyTooLarge => VerifyError::BodyTooLarge { limit: MAX_BODY_BYTES },
        }
    }
}
