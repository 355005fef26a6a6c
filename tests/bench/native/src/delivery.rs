//! Genuine deliveries, each in the headers of a usual request.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use ring::hmac;

/// Both HeadshotPro's secret as it is shown and the key of Standard Webhooks.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub const SIGNATURE: &str = "x-headshotpro-signature";
pub const TIMESTAMP: &str = "x-headshotpro-timestamp";

const USUAL: [(&str, &str); 8] = [
    ("host", "api.example.com"),
    ("user-agent", "axios/1.7.9"),
    ("accept", "application/json, text/plain, */*"),
    ("accept-encoding", "gzip, br"),
    ("content-type", "application/json"),
    ("content-length", "1024"),
    ("x-forwarded-for", "203.0.113.7"),
    ("x-forwarded-proto", "https"),
];

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The headers of a delivery by HeadshotPro.
pub fn headshotpro(body: &[u8]) -> Result<HeaderMap, Box<dyn Error>> {
    let timestamp = now().to_string();
    let tag = tag(&[timestamp.as_bytes(), b".", body]);
    let signature = tag.as_ref().iter().fold("sha256=".to_owned(), |text, byte| text + &format!("{byte:02x}"));
    request(&[(SIGNATURE, &signature), (TIMESTAMP, &timestamp)])
}

/// The headers of a delivery by Standard Webhooks.
pub fn standard_webhooks(body: &[u8]) -> Result<HeaderMap, Box<dyn Error>> {
    let timestamp = now().to_string();
    let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    let tag = tag(&[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
    let signature = format!("v1,{}", BASE64_STANDARD.encode(tag));
    request(&[("webhook-id", id), ("webhook-timestamp", &timestamp), ("webhook-signature", &signature)])
}

fn tag(parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()));
    for part in parts {
        context.update(part);
    }
    context.sign()
}

fn request(own: &[(&str, &str)]) -> Result<HeaderMap, Box<dyn Error>> {
    let mut headers = HeaderMap::new();
    for (name, value) in USUAL.iter().chain(own) {
        headers.insert(HeaderName::try_from(*name)?, HeaderValue::from_str(value)?);
    }
    Ok(headers)
}
