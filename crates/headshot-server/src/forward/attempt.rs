use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_api::Event;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use sha2::Sha256;
use url::Url;

use super::settings::SigningKey;
use crate::guard::Guard;
use crate::provider::http;

/// The longest that an address may take to answer.
pub(crate) const LONGEST_ATTEMPT: Duration = Duration::from_secs(20);

/// How the host application answered, or why it did not.
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    /// How long it wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    pub(super) error: Option<String>,
}

/// Sends events to one address, signed per Standard Webhooks.
pub(crate) struct Sender {
    client: Client,
    guard: Guard,
    url: Url,
}

impl Sender {
    pub(crate) fn new(client: Client, guard: Guard, url: Url) -> Self {
        Self { client, guard, url }
    }

    pub(super) async fn send(&self, event: &Event, keys: &[SigningKey], now: Timestamp) -> Answer {
        let body = match serde_json::to_vec(event) {
            Ok(body) => body,
            Err(error) => return Answer::failed(&error),
        };
        if let Err(refused) = self.guard.check(&self.url) {
            return Answer::failed(&refused);
        }
        let timestamp = now.as_second().to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", &timestamp)
            .header("webhook-signature", signatures(keys, &event.id, &timestamp, &body))
            .body(body);
        // The answer's body is nobody's business, however long it is.
        match request.send().await {
            Ok(response) => Answer {
                status: Some(response.status().as_u16()),
                retry_after: response
                    .headers()
                    .get(RETRY_AFTER)
                    .and_then(|value| retry_after(value.to_str().ok()?, now)),
                error: (!response.status().is_success()).then(|| format!("status {}", response.status().as_u16())),
            },
            Err(error) => Answer::failed(&http::causes(&error.without_url())),
        }
    }
}

impl Answer {
    fn failed(error: &impl std::fmt::Display) -> Self {
        Self { status: None, retry_after: None, error: Some(error.to_string()) }
    }
}

/// One signature for each key, separated by spaces, so that a receiver can go over from one key to the next.
fn signatures(keys: &[SigningKey], id: &str, timestamp: &str, body: &[u8]) -> String {
    let signature = |key: &SigningKey| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.bytes()).expect("HMAC takes keys of every length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    keys.iter().map(signature).collect::<Vec<_>>().join(" ")
}

/// Seconds, or an HTTP date (RFC 9110).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let at = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    Duration::try_from(at.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_published_example_of_standard_webhooks() {
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signatures(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn reads_how_long_to_wait() {
        let now = Timestamp::from_second(1_767_323_045).unwrap();
        assert_eq!(retry_after("120", now), Some(Duration::from_mins(2)));
        assert_eq!(retry_after("Fri, 02 Jan 2026 03:05:05 GMT", now), Some(Duration::from_mins(1)));
        assert_eq!(retry_after("soon", now), None);
    }
}
