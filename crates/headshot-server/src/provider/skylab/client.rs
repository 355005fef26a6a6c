//! How the provider's API differs from others: its credential, its refusals, its rate limit.

use reqwest::Url;
use reqwest::header::HeaderName;
use serde_json::Value;

use super::wire;
use crate::provider::api::{self, Api, Dialect};
use crate::provider::{Gate, ProviderError};
use crate::secret::Secret;

const API_KEY: HeaderName = HeaderName::from_static("x-slt-api-key");

pub(super) fn api(base_url: Url, api_key: &Secret, gate: Gate) -> anyhow::Result<Api> {
    let credential = api::credential(API_KEY, api_key.reveal())?;
    // No header about the rate limit is documented; the usual one is read if it comes.
    Api::new(base_url, Dialect { credential, failure, busy_until: api::retry_after }, gate)
}

/// A wrong key is 401 in one document and 403 in another (K9), and so is an address that is not on the account's list:
/// both are refusals like others.
fn failure(status: u16, answer: Option<&Value>) -> ProviderError {
    let refusal = answer.and_then(wire::refusal);
    match status {
        // Without the provider's own words a 404 is more likely a wrong address than a missing job.
        404 if refusal.is_some() => ProviderError::NotFound,
        500.. => ProviderError::AnswerLost(format!("status {status}")),
        _ => ProviderError::Refused { status, code: refusal.and_then(|refusal| refusal.about) },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_404_without_the_providers_words_is_not_a_missing_job() {
        let answer = json!({"code": 404, "message": "Job not found"});
        assert_eq!(failure(404, Some(&answer)), ProviderError::NotFound);
        assert_eq!(failure(404, None), ProviderError::Refused { status: 404, code: None });
    }

    #[test]
    fn a_refusal_names_what_it_is_about() {
        let answer = json!({"code": 422, "message": "invalid", "errors": {"profile": ["must exist"]}});
        assert_eq!(failure(422, Some(&answer)), ProviderError::Refused { status: 422, code: Some("profile".into()) });
    }
}
