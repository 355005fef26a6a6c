//! One call of a provider's API: bounded in time and size, with every failure told apart.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use serde_json::Value;

use super::{Gate, ProviderError, Urgency, http};
use crate::secret::Secret;

/// The provider answers in well under a second; a person waits for some of these answers.
const LONGEST_CALL: Duration = Duration::from_secs(12);

/// A page of 200 photos takes about 100 KiB.
const LARGEST_ANSWER: usize = 2 * 1024 * 1024;

/// A provider whose API takes a key in a header and answers in JSON.
pub(super) struct Client {
    http: reqwest::Client,
    base_url: Url,
    credential: (HeaderName, HeaderValue),
    gate: Gate,
    refusal: fn(&Value) -> Option<Refusal>,
}

/// The provider's own words for a refusal.
pub(super) struct Refusal {
    pub(super) code: Option<String>,
}

impl Client {
    /// For an API whose key is a bearer token. `refusal` reads the provider's own words from an answer; `None` where
    /// something else may have given it.
    pub(super) fn new(
        base_url: Url,
        api_key: &Secret,
        gate: Gate,
        refusal: fn(&Value) -> Option<Refusal>,
    ) -> anyhow::Result<Self> {
        let bearer = format!("Bearer {}", api_key.reveal());
        Self::with_credential(base_url, (AUTHORIZATION, &bearer), gate, refusal)
    }

    /// The same for an API whose key is in a header of its own.
    pub(super) fn with_credential(
        mut base_url: Url,
        (name, value): (HeaderName, &str),
        gate: Gate,
        refusal: fn(&Value) -> Option<Refusal>,
    ) -> anyhow::Result<Self> {
        if !base_url.path().ends_with('/') {
            base_url.set_path(&format!("{}/", base_url.path()));
        }
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(true);
        let http = http::client(http::is_loopback(&base_url), LONGEST_CALL)?;
        Ok(Self { http, base_url, credential: (name, value), gate, refusal })
    }

    /// Asks for something below the base URL.
    pub(super) async fn get(&self, path: &str, urgency: Urgency) -> Result<Value, ProviderError> {
        self.call(Method::GET, path, None, urgency).await
    }

    /// Changes something below the base URL, for which a person waits.
    pub(super) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ProviderError> {
        self.call(method, path, body, Urgency::Person).await
    }

    /// Does either for whom it may concern.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        urgency: Urgency,
    ) -> Result<Value, ProviderError> {
        self.gate.pass(urgency).await?;
        let url = self.base_url.join(path).map_err(|error| ProviderError::NotReached(error.to_string()))?;
        let (name, value) = self.credential.clone();
        let mut request = self.http.request(method, url).header(name, value).header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(not_answered)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.gate.close(busy_until(&headers, self.gate.now())).await);
        }
        let answer = read(response).await?;
        if status.is_success() {
            return answer.ok_or_else(|| ProviderError::AnswerLost("the answer is not JSON".into()));
        }
        Err(failure(status.as_u16(), answer.as_ref().and_then(self.refusal)))
    }
}

/// What a request without an answer leaves open.
pub(super) fn not_answered(error: reqwest::Error) -> ProviderError {
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

/// The status decides first, the code second: of one mistake, documents name several codes.
fn failure(status: u16, refusal: Option<Refusal>) -> ProviderError {
    match status {
        // Without the provider's own words a 404 is more likely a wrong address than something missing.
        404 if refusal.is_some() => ProviderError::NotFound,
        500.. => ProviderError::AnswerLost(format!("status {status}")),
        _ => ProviderError::Refused { status, code: refusal.and_then(|refusal| refusal.code) },
    }
}

/// `X-RateLimit-Reset` is a timestamp in words, not a number [h-limits]; `Retry-After` is in seconds or a date.
fn busy_until(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    if let Some(reset) = text(headers, "x-ratelimit-reset").and_then(|text| text.parse().ok()) {
        return Some(reset);
    }
    let text = text(headers, RETRY_AFTER.as_str())?;
    let seconds = text.parse::<u32>().ok().map(|seconds| now + Duration::from_secs(seconds.into()));
    seconds.or_else(|| Some(rfc2822::parse(text).ok()?.timestamp()))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// A code is given on to our client, so it must be a code and not a text of any kind.
pub(super) fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_when_the_rate_limit_ends() {
        let now: Timestamp = "2026-01-02T03:04:00Z".parse().unwrap();
        let ends = [
            ("x-ratelimit-reset", "2026-01-02T03:04:05.000Z"),
            ("retry-after", "5"),
            ("retry-after", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ];
        for (name, value) in ends {
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))]);
            assert_eq!(busy_until(&headers, now), Some(now + Duration::from_secs(5)), "{name}: {value}");
        }
        assert_eq!(busy_until(&HeaderMap::new(), now), None);
    }

    #[test]
    fn a_404_without_the_providers_words_is_not_something_missing() {
        assert_eq!(failure(404, Some(Refusal { code: None })), ProviderError::NotFound);
        assert_eq!(failure(404, None), ProviderError::Refused { status: 404, code: None });
    }

    #[test]
    fn a_code_is_no_text() {
        assert!(is_code("NOT_FOUND") && is_code("not-found"));
        assert!(!is_code("<b>secret</b>") && !is_code(&"a".repeat(65)));
    }
}
