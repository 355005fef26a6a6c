//! From a request to a delivery that the store can keep.

use axum::http::{HeaderValue, Method};
use headshot_verify::jws::{self, Algorithm};
use headshot_verify::provider::scale::Scale;
use headshot_verify::{Secrets, Verifier};
use serde_json::{Map, Value};

use super::{CONTACT, NAME, SUBMISSION, Settings};
use crate::provider::{Inbound, Refusal};
use crate::references::References;
use crate::store::{EventSummary, NewDelivery};

/// Tells who may ring. The token does not cover the body, so what a delivery says is a hint and never shown.
pub(super) struct Doorkeeper {
    verifier: Verifier<Scale>,
    secrets: Secrets,
    algorithm: Algorithm,
    accepts_undated: bool,
}

impl Doorkeeper {
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let secrets = settings.signing_secrets.iter().map(|secret| secret.reveal().as_bytes().to_vec());
        let (secrets, algorithm) = (Secrets::new(secrets)?, settings.token_algorithm);
        let verifier = Verifier::new(Scale::new().with_algorithms([algorithm]), secrets.clone());
        Ok(Self { verifier, secrets, algorithm, accepts_undated: settings.accepts_undated_tokens })
    }

    pub(super) fn verify(&self, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
        inbound.expect(&Method::POST)?;
        let receipt = inbound.receive(&self.verifier)?;
        if !self.accepts_undated && !self.is_dated(inbound) {
            return Err(undated());
        }
        let named = receipt.references();
        let references = References::none()
            .and(SUBMISSION, &named.session.unwrap_or_default())
            .and(CONTACT, &named.person.unwrap_or_default());
        let delivery = inbound.delivery(NAME, references, receipt, |_| EventSummary::default());
        Ok(NewDelivery { is_resolvable: true, ..delivery })
    }

    /// Whether a genuine token says when it was made or when it ends.
    fn is_dated(&self, inbound: &Inbound<'_>) -> bool {
        let token = inbound.headers.get(Scale::HEADERS[0]).map(HeaderValue::as_bytes);
        let token = token.and_then(|token| jws::verify(token, &self.secrets, &[self.algorithm]).ok());
        let claims: Map<String, Value> =
            token.and_then(|token| serde_json::from_slice(token.payload()).ok()).unwrap_or_default();
        ["iat", "exp"].iter().any(|claim| claims.get(*claim).is_some_and(|value| !value.is_null()))
    }
}

fn undated() -> Refusal {
    let detail = "the token has neither `iat` nor `exp`; the setting SCALE_UNDATED_TOKENS would accept it";
    Refusal::NotGenuine { code: "claim_missing", detail: detail.to_owned() }
}
