use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Signs deliveries as a provider does.
pub(crate) trait Signer: Send + Sync {
    /// The headers that sign `body` as sent at `at`. A flaw in the signature itself is made here.
    fn sign(&self, body: &[u8], at: Timestamp, flaw: Option<Flaw>) -> Vec<(&'static str, String)>;

    /// What can be wrong with a delivery of this provider.
    fn flaws(&self) -> &'static [Flaw];

    /// A body that the signature of `body` must not be accepted for.
    fn altered(&self, body: &[u8]) -> Vec<u8> {
        [body, b" "].concat()
    }
}

/// What is wrong with an attempt, so that a receiver must not take it for a fresh and genuine one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Flaw {
    /// Signed with another secret.
    BadSignature,
    /// Signed an hour ago.
    Stale,
    /// Not signed at all.
    Unsigned,
    /// The body was changed after signing.
    AlteredBody,
    /// The token says that it needs no signature, and has none.
    NoAlgorithm,
}

impl Flaw {
    /// Its word, as the control API takes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::BadSignature => "bad_signature",
            Self::Stale => "stale",
            Self::Unsigned => "unsigned",
            Self::AlteredBody => "altered_body",
            Self::NoAlgorithm => "no_algorithm",
        }
    }
}

/// How old a stale delivery says it is.
pub(crate) const STALE_BY: SignedDuration = SignedDuration::from_hours(1);

/// No receiver's secret.
pub(crate) const WRONG_SECRET: &str = "not the secret that the receiver has";
