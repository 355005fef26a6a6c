//! From a request to a delivery that the store can keep.

use axum::http::Method;
use headshot_verify::provider::scale::Scale;
use headshot_verify::{Secrets, Verifier, VerifyError};

use super::{CONTACT, NAME, SUBMISSION, Settings};
use crate::provider::{Inbound, Refusal};
use crate::references::References;
use crate::store::{EventSummary, NewDelivery};

/// Tells who may ring. The token does not cover the body, so what a delivery says is a hint and never shown.
pub(super) struct Doorkeeper {
    verifier: Verifier<Scale>,
}

impl Doorkeeper {
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let secrets = settings.signing_secrets.iter().map(|secret| secret.reveal().as_bytes().to_vec());
        Ok(Self { verifier: Verifier::new(scheme(settings), Secrets::new(secrets)?) })
    }

    pub(super) fn verify(&self, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
        inbound.expect(&Method::POST)?;
        let receipt = inbound.receive(&self.verifier).map_err(refusal)?;
        let named = receipt.references();
        let references = References::none()
            .and(SUBMISSION, &named.session.unwrap_or_default())
            .and(CONTACT, &named.person.unwrap_or_default());
        let delivery = inbound.delivery(NAME, references, receipt, |_| EventSummary::default());
        Ok(NewDelivery { is_resolvable: true, ..delivery })
    }
}

/// Which tokens are accepted.
pub(super) fn scheme(settings: &Settings) -> Scale {
    let scheme = Scale::new().with_algorithms([settings.token_algorithm]);
    if settings.accepts_undated_tokens { scheme.with_timeless_tokens() } else { scheme }
}

/// No age is demanded here, so a claim that is missing is one of those that a setting does without.
fn refusal(error: VerifyError) -> Refusal {
    let code = error.code();
    if code != "claim_missing" {
        return error.into();
    }
    let detail = "the token has neither `iat` nor `exp`; the setting SCALE_UNDATED_TOKENS would accept it";
    Refusal::NotGenuine { code, detail: detail.to_owned() }
}
