//! One call of a provider's API: bounded in time and size, let through by the gate, every failure told apart.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::Value;

use super::{Gate, ProviderError, Urgency, http};

/// Providers answer in well under a second; a person waits for some of these answers.
const LONGEST_CALL: Duration = Duration::from_secs(12);

/// The longest list, a page of 200 photos, takes about 100 KiB.
const LARGEST_ANSWER: usize = 2 * 1024 * 1024;

/// A provider's API.
pub(super) struct Api {
    http: Client,
    base_url: Url,
    dialect: Dialect,
    gate: Gate,
}

/// What is different at each provider.
pub(super) struct Dialect {
    /// The header that says who we are.
    pub(super) credential: (HeaderName, HeaderValue),
    /// What a status and the JSON with it, if there was any, refuse.
    pub(super) failure: fn(u16, Option<&Value>) -> ProviderError,
    /// When it takes calls again, where its headers say so.
    pub(super) busy_until: fn(&HeaderMap) -> Option<Timestamp>,
}

/// A header that is shown in no log.
pub(super) fn credential(name: HeaderName, value: &str) -> anyhow::Result<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::from_str(value)?;
    value.set_sensitive(true);
    Ok((name, value))
}

impl Api {
    pub(super) fn new(mut base_url: Url, dialect: Dialect, gate: Gate) -> anyhow::Result<Self> {
        if !base_url.path().ends_with('/') {
            base_url.set_path(&format!("{}/", base_url.path()));
        }
        Ok(Self { http: http::client(http::is_loopback(&base_url), LONGEST_CALL)?, base_url, dialect, gate })
    }

    /// Sends one request below the base URL and reads the JSON that comes back; `null` where nothing is to come.
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, ProviderError> {
        // A person waits for what changes something; everything else is read by the worker.
        self.gate.pass(if method == Method::GET { Urgency::Worker } else { Urgency::Person }).await?;
        let url = self.base_url.join(path).map_err(|error| ProviderError::NotReached(error.to_string()))?;
        let (name, value) = self.dialect.credential.clone();
        let mut request = self.http.request(method, url).header(name, value).header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(not_answered)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.gate.close((self.dialect.busy_until)(&headers)).await);
        }
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        let answer = read(response).await?;
        if status.is_success() {
            return answer.ok_or_else(|| ProviderError::AnswerLost("the answer is not JSON".into()));
        }
        Err((self.dialect.failure)(status.as_u16(), answer.as_ref()))
    }
}

/// The header `Retry-After` in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Timestamp> {
    let seconds: u32 = text(headers, RETRY_AFTER.as_str())?.parse().ok()?;
    Some(Timestamp::now() + Duration::from_secs(seconds.into()))
}

/// A header as text.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// What a request without an answer leaves open.
pub(super) fn not_answered(error: reqwest::Error) -> ProviderError {
    let never_sent = error.is_connect() || error.is_builder();
    let reason = causes(&error.without_url());
    if never_sent { ProviderError::NotReached(reason) } else { ProviderError::AnswerLost(reason) }
}

/// The error with what is below it; reqwest's own sentence stops at "error sending request".
fn causes(error: &reqwest::Error) -> String {
    let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
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
