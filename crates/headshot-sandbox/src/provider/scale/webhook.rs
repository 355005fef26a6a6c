//! The one webhook, `SUBMISSION_COMPLETE` \[003\]\[s-postman\].

use std::time::Duration;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    account::Account,
    config::{Algorithm, Claims, Config, Payload},
    session::Submission,
    token::{times, token, unsigned_token},
};
use crate::{
    delivery::{Flaw, Manner, Outgoing, Signer, WRONG_SECRET, any_success},
    stand_in::StandIn,
};

/// No document says anything about this.
pub(super) const MANNER: Manner = Manner {
    delay: Duration::from_secs(1),
    further_attempts: &[Duration::from_secs(10), Duration::from_mins(1), Duration::from_mins(10)],
    timeout: Duration::from_secs(10),
    accepts: any_success,
    keeps_first_timestamp: false,
};

const TOPIC: &str = "SUBMISSION_COMPLETE";

/// Tells that a submission is accepted and enhanced.
pub(super) fn announce(account: &Account, submission: &Submission) {
    let mut body = json!({ "topic": TOPIC, "submission_id": submission.id });
    if account.config.payload == Payload::Full {
        body["studio_id"] = account.config.studio_id.clone().into();
        body["contact_id"] = submission.contact_id.clone().into();
    }
    account.backstage().deliveries.send(Outgoing {
        id: format!("dlv_{}", account.backstage().ids.object_id()),
        session: submission.session_id.clone(),
        event: TOPIC,
        method: Method::POST,
        url: account.config.webhook_url.clone(),
        content_type: "application/json",
        body: body.to_string().into_bytes(),
        is_signed: true,
    });
}

/// Puts a token into a header of its own; it never covers the body \[003\].
pub(super) struct TokenSigner {
    algorithm: Algorithm,
    claims: Claims,
    secret: String,
}

impl TokenSigner {
    pub(super) fn of(config: &Config) -> Self {
        Self { algorithm: config.algorithm, claims: config.claims, secret: config.webhook_secret.clone() }
    }

    fn claims(&self, body: &[u8], at: Timestamp) -> Value {
        let mut claims = match self.claims {
            Claims::Empty => return json!({}),
            Claims::Times | Claims::Full => times(at.as_second()),
        };
        if self.claims == Claims::Full {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            for name in ["topic", "submission_id"] {
                claims[name] = body[name].clone();
            }
        }
        claims
    }
}

impl Signer for TokenSigner {
    fn sign(&self, body: &[u8], at: Timestamp, flaw: Option<Flaw>) -> Vec<(&'static str, String)> {
        let claims = self.claims(body, at);
        let token = match flaw {
            Some(Flaw::NoAlgorithm) => unsigned_token(&claims),
            Some(Flaw::BadSignature) => token(self.algorithm, WRONG_SECRET, &claims),
            _ => token(self.algorithm, &self.secret, &claims),
        };
        vec![("x-authenticity-token", token)]
    }

    fn flaws(&self) -> &'static [Flaw] {
        match self.claims {
            Claims::Full => &[Flaw::BadSignature, Flaw::Unsigned, Flaw::NoAlgorithm, Flaw::Stale, Flaw::AlteredBody],
            // A token that says nothing about the body goes with any.
            Claims::Times => &[Flaw::BadSignature, Flaw::Unsigned, Flaw::NoAlgorithm, Flaw::Stale],
            Claims::Empty => &[Flaw::BadSignature, Flaw::Unsigned, Flaw::NoAlgorithm],
        }
    }

    /// The body of another submission's completion.
    fn altered(&self, body: &[u8]) -> Vec<u8> {
        let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
        body["submission_id"] = "sub_of_somebody_else".into();
        body.to_string().into_bytes()
    }
}
