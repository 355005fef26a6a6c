use alloc::borrow::Cow;
use core::{error, fmt, time::Duration};

use crate::codes::codes;

/// Whose fault a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The delivery is not one that the provider would send: answer with a client error, store nothing.
    Sender,
    /// The verifier was set up wrongly: nothing can be verified until that is mended.
    Receiver,
}

/// Why a delivery was refused, or why a verifier could not be made.
///
/// It holds no secret and nothing of the delivery but numbers, so it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The signature header is absent.
    SignatureMissing {
        /// Its name.
        header: Cow<'static, str>,
    },
    /// The signature header occurs more than once, or holds several values joined by commas.
    SignatureRepeated {
        /// Its name.
        header: Cow<'static, str>,
    },
    /// The signature is not written as the scheme demands.
    SignatureMalformed {
        /// Its header's name.
        header: Cow<'static, str>,
    },
    /// The signature is hexadecimal in upper case, which no provider sends.
    SignatureUppercase {
        /// Its header's name.
        header: Cow<'static, str>,
    },
    /// No secret made this signature for this body.
    SignatureMismatch,
    /// The timestamp header is absent.
    TimestampMissing {
        /// Its name.
        header: Cow<'static, str>,
        /// The setting that would look at this delivery as one without a timestamp, if the provider has such a scheme.
        accepted_by: Option<&'static str>,
    },
    /// The timestamp header occurs more than once, or holds several values joined by commas.
    TimestampRepeated {
        /// Its name.
        header: Cow<'static, str>,
    },
    /// The timestamp is not written as the scheme demands.
    TimestampMalformed {
        /// Its header's name.
        header: Cow<'static, str>,
    },
    /// The header with the delivery's id, which is signed too, is absent.
    IdMissing {
        /// Its name.
        header: Cow<'static, str>,
    },
    /// The header with the delivery's id occurs more than once, or holds several values joined by commas.
    IdRepeated {
        /// Its name.
        header: Cow<'static, str>,
    },
    /// The delivery's id is empty, longer than 256 bytes, or holds a character that it may not hold.
    IdMalformed {
        /// Its header's name.
        header: Cow<'static, str>,
    },
    /// The signature is genuine, but older than the tolerance: a replay, a late attempt or a wrong clock.
    TimestampTooOld {
        /// How old it is.
        age: Duration,
    },
    /// The signature is genuine, but its timestamp lies further ahead than the tolerance: one of the clocks is wrong.
    TimestampInFuture {
        /// How far it lies ahead.
        ahead: Duration,
    },
    /// The token is not three parts of canonical base64url, or its header is no JSON object with unique names, 128 at
    /// most.
    TokenMalformed,
    /// The token's `alg` is none of the accepted algorithms.
    AlgorithmRefused,
    /// The token's `crit` demands an extension; none is understood.
    ExtensionRefused,
    /// The token is genuine, but its `typ` says that it is no JWT.
    TokenTypeRefused,
    /// The token is genuine, but its claims are no JSON object with unique names, 128 at most.
    ClaimsMalformed,
    /// The token is genuine, but a time in its claims is not a plain number of seconds.
    ClaimMalformed {
        /// The claim's name.
        claim: &'static str,
    },
    /// The token is genuine, but lacks a claim that the settings demand.
    ClaimMissing {
        /// The claim's name.
        claim: &'static str,
    },
    /// The token is genuine, but a claim differs from the field of the body that it names.
    ClaimMismatch {
        /// The claim's name, and the field's.
        claim: &'static str,
    },
    /// The token is genuine, but it expired longer ago than the tolerance.
    TokenExpired {
        /// How long ago it expired.
        age: Duration,
    },
    /// The token is genuine, but becomes valid (`nbf`) further ahead than the tolerance.
    TokenNotYetValid {
        /// How far ahead it becomes valid.
        ahead: Duration,
    },
    /// The signature is genuine, but the body does not begin a JSON object, as it must where no timestamp is signed.
    BodyNotObject,
    /// The body is longer than any delivery of a provider.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A signing secret is empty.
    SecretEmpty,
    /// A signing secret is not written as the provider writes its secrets.
    SecretMalformed,
    /// No signing secret was given.
    SecretsMissing,
    /// The provider has no signature scheme of that name.
    SchemeUnknown,
}

codes! {
    pub VerifyError,
    Self::SignatureMissing { .. } => "signature_missing",
    Self::SignatureRepeated { .. } => "signature_repeated",
    Self::SignatureMalformed { .. } => "signature_malformed",
    Self::SignatureUppercase { .. } => "signature_uppercase",
    Self::SignatureMismatch => "signature_mismatch",
    Self::TimestampMissing { .. } => "timestamp_missing",
    Self::TimestampRepeated { .. } => "timestamp_repeated",
    Self::TimestampMalformed { .. } => "timestamp_malformed",
    Self::IdMissing { .. } => "id_missing",
    Self::IdRepeated { .. } => "id_repeated",
    Self::IdMalformed { .. } => "id_malformed",
    Self::TimestampTooOld { .. } => "timestamp_too_old",
    Self::TimestampInFuture { .. } => "timestamp_in_future",
    Self::TokenMalformed => "token_malformed",
    Self::AlgorithmRefused => "algorithm_refused",
    Self::ExtensionRefused => "extension_refused",
    Self::TokenTypeRefused => "token_type_refused",
    Self::ClaimsMalformed => "claims_malformed",
    Self::ClaimMalformed { .. } => "claim_malformed",
    Self::ClaimMissing { .. } => "claim_missing",
    Self::ClaimMismatch { .. } => "claim_mismatch",
    Self::TokenExpired { .. } => "token_expired",
    Self::TokenNotYetValid { .. } => "token_not_yet_valid",
    Self::BodyNotObject => "body_not_object",
    Self::BodyTooLarge { .. } => "body_too_large",
    Self::SecretEmpty => "secret_empty",
    Self::SecretMalformed => "secret_malformed",
    Self::SecretsMissing => "secrets_missing",
    Self::SchemeUnknown => "scheme_unknown",
}

impl VerifyError {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::SecretEmpty | Self::SecretMalformed | Self::SecretsMissing | Self::SchemeUnknown => Fault::Receiver,
            _ => Fault::Sender,
        }
    }

    /// Whether the sender knows the secret and only a time is off, so that the delivery came late, again, or when a clock
    /// was wrong; [`Verifier::receive`](crate::Verifier::receive) takes such a one.
    #[must_use]
    pub const fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::TimestampTooOld { .. }
                | Self::TimestampInFuture { .. }
                | Self::TokenExpired { .. }
                | Self::TokenNotYetValid { .. }
        )
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignatureMissing { header } => write!(f, "the signature header {header} is missing"),
            Self::SignatureRepeated { header } => {
                write!(f, "the signature header {header} occurs more than once; only one signature is accepted")
            }
            Self::SignatureMalformed { header } => {
                write!(f, "the signature header {header} does not have the form that the scheme demands")
            }
            Self::SignatureUppercase { header } => {
                write!(f, "the signature header {header} is in upper case; only lower-case hexadecimal is accepted")
            }
            Self::SignatureMismatch => f.write_str(
                "the signature matches none of the secrets; check that the secret is the endpoint's own and that the \
                 body is the raw bytes as received",
            ),
            Self::TimestampMissing { header, accepted_by: None } => {
                write!(f, "the timestamp header {header} is missing")
            }
            Self::TimestampMissing { header, accepted_by: Some(setting) } => write!(
                f,
                "the timestamp header {header} is missing; the scheme setting `{setting}` would accept a signature \
                 over the body alone, and give up the protection against replays"
            ),
            Self::TimestampRepeated { header } => write!(f, "the timestamp header {header} occurs more than once"),
            Self::TimestampMalformed { header } => {
                write!(f, "the timestamp header {header} does not have the form that the scheme demands")
            }
            Self::IdMissing { header } => write!(f, "the header {header} with the delivery's id is missing"),
            Self::IdRepeated { header } => {
                write!(f, "the header {header} with the delivery's id occurs more than once")
            }
            Self::IdMalformed { header } => {
                write!(f, "the header {header} with the delivery's id does not have the form that the scheme demands")
            }
            Self::TimestampTooOld { age } => write!(
                f,
                "the signature is genuine but {} s old, which is more than the tolerance; a replay, a late attempt, \
                 or the receiver's clock is ahead",
                age.as_secs()
            ),
            Self::TimestampInFuture { ahead } => write!(
                f,
                "the signature is genuine but its timestamp lies {} s ahead, which is more than the tolerance; the \
                 receiver's clock is probably behind",
                ahead.as_secs()
            ),
            Self::TokenMalformed => f.write_str(
                "the token is not three parts of base64url without padding whose first part is a JSON object with \
                 unique names",
            ),
            Self::AlgorithmRefused => f.write_str("the token's algorithm is none of those that are accepted"),
            Self::ExtensionRefused => f.write_str("the token's header demands extensions, and none is understood"),
            Self::TokenTypeRefused => f.write_str("the token is genuine but of another type than JWT"),
            Self::ClaimsMalformed => {
                f.write_str("the token is genuine but its claims are not a JSON object with unique names")
            }
            Self::ClaimMalformed { claim } => {
                write!(f, "the token is genuine but its claim {claim} is not a plain number of seconds")
            }
            Self::ClaimMissing { claim } => write!(f, "the token is genuine but lacks the claim {claim}"),
            Self::ClaimMismatch { claim } => {
                write!(
                    f,
                    "the token is genuine but its claim {claim} differs from the body, so it is another delivery's"
                )
            }
            Self::TokenExpired { age } => write!(
                f,
                "the token is genuine but expired {} s ago, which is more than the tolerance; a replay, a late \
                 attempt, or the receiver's clock is ahead",
                age.as_secs()
            ),
            Self::TokenNotYetValid { ahead } => write!(
                f,
                "the token is genuine but becomes valid in {} s, which is more than the tolerance; the receiver's \
                 clock is probably behind",
                ahead.as_secs()
            ),
            Self::BodyNotObject => f.write_str(
                "the signature is genuine but the body is not a JSON object, which the scheme without a timestamp \
                 demands",
            ),
            Self::BodyTooLarge { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::SecretEmpty => f.write_str("a signing secret is empty"),
            Self::SecretMalformed => f.write_str("a signing secret is not written as the provider writes its secrets"),
            Self::SecretsMissing => f.write_str("no signing secret was given"),
            Self::SchemeUnknown => f.write_str("the provider has no signature scheme of that name"),
        }
    }
}

impl error::Error for VerifyError {}

/// Why the body of a genuine delivery could not be read as an event.
///
/// The delivery stays verified: keep it, and read the provider's API again. The error holds nothing of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventError {
    /// The body is not JSON in UTF-8.
    NotJson,
    /// The body begins like XML, but is not well-formed XML in UTF-8, or names an entity that XML does not have.
    NotXml,
    /// The body is XML with a document type, which could make a small body great.
    DocumentType,
    /// The body is JSON, but not an object.
    NotObject,
    /// Arrays and objects are nested deeper than 64 levels.
    TooDeep,
    /// An object names a field twice, so that two readers could see two different events.
    FieldRepeated,
    /// A field that every event has is absent.
    FieldMissing {
        /// The field, as a JSON Pointer (RFC 6901).
        pointer: &'static str,
    },
    /// A field that every event has is of another type.
    FieldMalformed {
        /// The field, as a JSON Pointer (RFC 6901).
        pointer: &'static str,
    },
}

codes! {
    pub EventError,
    Self::NotJson => "event_not_json",
    Self::NotXml => "event_not_xml",
    Self::DocumentType => "event_document_type",
    Self::NotObject => "event_not_object",
    Self::TooDeep => "event_too_deep",
    Self::FieldRepeated => "event_field_repeated",
    Self::FieldMissing { .. } => "event_field_missing",
    Self::FieldMalformed { .. } => "event_field_malformed",
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("the body is not JSON in UTF-8"),
            Self::NotXml => f.write_str("the body is not well-formed XML in UTF-8"),
            Self::DocumentType => f.write_str("the body is XML with a document type, which is not read"),
            Self::NotObject => f.write_str("the body is not a JSON object"),
            Self::TooDeep => f.write_str("the body is nested too deeply"),
            Self::FieldRepeated => f.write_str("an object in the body names a field twice"),
            Self::FieldMissing { pointer } => write!(f, "the field {pointer} is missing"),
            Self::FieldMalformed { pointer } => {
                write!(f, "the field {pointer} is not of the type that every event has there")
            }
        }
    }
}

impl error::Error for EventError {}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, string::ToString, vec::Vec};

    use super::*;

    fn every_verify_error() -> Vec<VerifyError> {
        let header = || Cow::Borrowed("x-signature");
        std::vec![
            VerifyError::SignatureMissing { header: header() },
            VerifyError::SignatureRepeated { header: header() },
            VerifyError::SignatureMalformed { header: header() },
            VerifyError::SignatureUppercase { header: header() },
            VerifyError::SignatureMismatch,
            VerifyError::TimestampMissing { header: header(), accepted_by: None },
            VerifyError::TimestampRepeated { header: header() },
            VerifyError::TimestampMalformed { header: header() },
            VerifyError::IdMissing { header: header() },
            VerifyError::IdRepeated { header: header() },
            VerifyError::IdMalformed { header: header() },
            VerifyError::TimestampTooOld { age: Duration::ZERO },
            VerifyError::TimestampInFuture { ahead: Duration::ZERO },
            VerifyError::TokenMalformed,
            VerifyError::AlgorithmRefused,
            VerifyError::ExtensionRefused,
            VerifyError::TokenTypeRefused,
            VerifyError::ClaimsMalformed,
            VerifyError::ClaimMalformed { claim: "exp" },
            VerifyError::ClaimMissing { claim: "iat" },
            VerifyError::ClaimMismatch { claim: "topic" },
            VerifyError::TokenExpired { age: Duration::ZERO },
            VerifyError::TokenNotYetValid { ahead: Duration::ZERO },
            VerifyError::BodyNotObject,
            VerifyError::BodyTooLarge { limit: 0 },
            VerifyError::SecretEmpty,
            VerifyError::SecretMalformed,
            VerifyError::SecretsMissing,
            VerifyError::SchemeUnknown,
        ]
    }

    #[test]
    fn every_error_has_a_listed_code_of_its_own() {
        let codes: Vec<&str> = every_verify_error().iter().map(VerifyError::code).collect();
        assert_eq!(codes, VerifyError::CODES);
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    }

    #[test]
    fn every_message_is_a_sentence_without_a_full_stop() {
        for message in every_verify_error().iter().map(ToString::to_string) {
            assert!(message.starts_with(char::is_lowercase) && !message.ends_with('.'), "{message}");
        }
    }
}
