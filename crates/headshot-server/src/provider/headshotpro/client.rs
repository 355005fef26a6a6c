//! One call of the provider's API: bounded in time and size, with every failure told apart.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use serde_json::Value;

use super::wire;
use crate::provider::{Gate, ProviderError, Urgency, http};
use crate::secret::Secret;

/// The provider answers in well under a second; a person waits for some of these answers.
const LONGEST_CALL: Duration = Duration::from_secs(12);

/// A page of 200 photos takes about 100 KiB.
const LARGEST_ANSWER: usize = 2 * 1024 * 1024;

pub(super) struct Client {
    http: reqwest::Client,
    base_url: Url,
    authorization: HeaderValue,
    gate: Gate,
}

impl Client {
    pub(super) fn new(mut base_url: Url, api_key: &Secret, gate: Gate) -> anyhow::Result<Self> {
        if !base_url.path().ends_with('/') {
            base_url.set_path(&format!("{}/", base_url.path()));
        }
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", api_key.reveal()))?;
        authorization.set_sensitive(true);
        Ok(Self { http: http::client(http::is_loopback(&base_url), LONGEST_CALL)?, base_url, authorization, gate })
    }

    /// Sends one request below the base URL and reads the JSON that comes back.
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ProviderError> {
        // A person waits for what changes something; everything else is read by the worker.
        self.gate.pass(if method == Method::GET { Urgency::Worker } else { Urgency::Person }).await?;
        let url = self.base_url.join(path).map_err(|error| ProviderError::NotReached(error.to_string()))?;
        let mut request = self
            .http
            .request(method, url)
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(not_answered)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.gate.close(busy_until(&headers)).await);
        }
        let answer = read(response).await?;
        if status.is_success() {
            return answer.ok_or_else(|| ProviderError::AnswerLost("the answer is not JSON".into()));
        }
        Err(failure(status.as_u16(), answer.as_ref()))
    }
}

fn not_answered(error: reqwest::Error) -> ProviderError {
    let never_sent = error.is_connect() || error.is_builder();
    let reason = http::causes(&error.without_url());
    if never_sent { ProviderError::NotReached(reason) } else { ProviderError::AnswerLost(reason) }
}

async fn read(mut response: Response) -> Result<Option<Value>, ProviderError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(not_answered)? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(ProviderError::AnswerLost("the answer is too large".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(serde_json::from_slice(&bytes).ok())
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
    if let Some(reset) = text(headers, "x-ratelimit-reset").and_then(|text| text.parse().ok()) {
        return Some(reset);
    }
    let seconds: u32 = text(headers, RETRY_AFTER.as_str())?.parse().ok()?;
    Some(Timestamp::now() + Duration::from_secs(seconds.into()))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
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
