//! How webhooks are sent and signed \[001\]\[002\].

use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;

use super::{
    config::{Config, FurtherAttempts},
    signature::{Scheme, sign},
};
use crate::delivery::{Flaw, Manner, Signer, WRONG_SECRET, any_success};

/// From the event to the first attempt \[002\].
const DELAY: Duration = Duration::from_secs(5);
/// From the failed first attempt to each further one; \[001\] counts four, \[002\] three.
const FURTHER_ATTEMPTS: [Duration; 4] =
    [Duration::ZERO, Duration::from_mins(5), Duration::from_mins(15), Duration::from_hours(1)];
/// How long the receiver may take to answer \[002\].
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn manner(config: &Config) -> Manner {
    let further_attempts = match config.further_attempts {
        FurtherAttempts::Four => &FURTHER_ATTEMPTS[..],
        FurtherAttempts::Three => &FURTHER_ATTEMPTS[..3],
    };
    let accepts = if config.strict_200 { |status| status == StatusCode::OK } else { any_success };
    Manner { delay: DELAY, further_attempts, timeout: TIMEOUT, accepts, keeps_first_timestamp: config.keep_timestamp }
}

pub(super) struct WebhookSigner {
    pub(super) scheme: Scheme,
    pub(super) secret: String,
}

impl Signer for WebhookSigner {
    fn sign(&self, body: &[u8], at: Timestamp, flaw: Option<Flaw>) -> Vec<(&'static str, String)> {
        let secret = if flaw == Some(Flaw::BadSignature) { WRONG_SECRET } else { &self.secret };
        sign(self.scheme, secret, at, body)
    }

    fn flaws(&self) -> &'static [Flaw] {
        match self.scheme {
            Scheme::Timestamped => &[Flaw::BadSignature, Flaw::Stale, Flaw::Unsigned, Flaw::AlteredBody],
            // Without a timestamp nothing is ever stale.
            Scheme::Body => &[Flaw::BadSignature, Flaw::Unsigned, Flaw::AlteredBody],
        }
    }
}
