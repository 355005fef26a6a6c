//! How the provider's API differs from others: its credential, its refusals, its rate limit.

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;

use super::wire;
use crate::provider::api::{self, Api, Dialect};
use crate::provider::{Gate, ProviderError};
use crate::secret::Secret;

pub(super) fn client(base_url: Url, api_key: &Secret, gate: Gate) -> anyhow::Result<Api> {
    let credential = api::credential(AUTHORIZATION, &format!("Bearer {}", api_key.reveal()))?;
    Api::new(base_url, Dialect { credential, failure, busy_until }, gate)
}

/// The status decides first, the code second (H13).
fn failure(status: u16, answer: Option<&Value>) -> ProviderError {
    let refusal = answer.and_then(wire::refusal);
    match status {
        // Without the provider's own words a 404 is more likely a wrong address than a missing model.
        404 if refusal.is_some() => ProviderError::NotFound,
        500.. => ProviderError::AnswerLost(format!("status {status}")),
        _ => ProviderError::Refused { status, code: refusal.and_then(|refusal| refusal.code) },
    }
}

/// `X-RateLimit-Reset` is a timestamp in words, not a number [h-limits].
fn busy_until(headers: &HeaderMap) -> Option<Timestamp> {
    if let Some(reset) = api::text(headers, "x-ratelimit-reset").and_then(|text| text.parse().ok()) {
        return Some(reset);
    }
    api::retry_after(headers)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_when_the_rate_limit_ends() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("2026-01-02T03:04:05.000Z"));
        assert_eq!(busy_until(&headers), Some("2026-01-02T03:04:05Z".parse().unwrap()));
    }

    #[test]
    fn a_404_without_the_providers_words_is_not_a_missing_model() {
        let answer = json!({"success": false, "error": "no such model", "code": "NOT_FOUND"});
        assert_eq!(failure(404, Some(&answer)), ProviderError::NotFound);
        let refused = ProviderError::Refused { status: 404, code: None };
        assert_eq!(failure(404, None), refused);
    }
}
