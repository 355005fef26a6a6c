//! Deliveries as HeadshotPro would send them, signed by its documents in a few lines of our own.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use sha2::Sha256;

use crate::http::request;
use crate::sessions::Session;

pub const SECRET: &str = "62656e636862656e636862656e636862656e636862656e636862656e63686265";
pub const PATH: &str = "/v1/webhooks/headshotpro";

/// So long is a body.
const BODY: usize = 1500;

/// The words between the first and the last, which change nothing that anybody is told.
const STATUSES: [&str; 3] = ["waiting", "pending", "generatingHeadshots"];

/// Makes deliveries of which no two are of one event.
pub struct Deliveries {
    /// Who they are about, in turn.
    models: Vec<String>,
    made: u64,
}

impl Deliveries {
    pub fn about(sessions: &[Session]) -> Self {
        Self { models: sessions.iter().map(|session| session.model.clone()).collect(), made: 0 }
    }

    /// About a session that is none of the server's.
    pub fn about_nobody() -> Self {
        Self::about(&[Session::nobodys()])
    }

    /// So many requests, signed now.
    pub fn make(&mut self, count: usize) -> Vec<Vec<u8>> {
        let now = Timestamp::now();
        (0..count).map(|_| self.one(now)).collect()
    }

    fn one(&mut self, now: Timestamp) -> Vec<u8> {
        self.made += 1;
        let round = self.made as usize / self.models.len();
        let model = &self.models[self.made as usize % self.models.len()];
        signed(&body(self.made, model, STATUSES[round % STATUSES.len()], now), now)
    }
}

/// An event about a model, with what fills it up to the usual length.
pub fn body(number: u64, model: &str, status: &str, now: Timestamp) -> Vec<u8> {
    // Each is newer than the one before.
    let at = now.saturating_add((number as i64).microseconds()).unwrap_or(now);
    let event = |filler: &str| {
        let model = json!({
            "_id": model, "uid": format!("anon_{model}"), "title": "Ada Lovelace", "trigger": "female", "status": status,
            "isDevelopment": false, "createdAt": "2026-01-02T03:04:05.000Z", "organization": "65a1f3c2e4b0d1a2b3c4d5e6",
            "styles": filler,
        });
        let id = format!("evt_00000000-0000-4000-8000-{number:012x}");
        json!({"id": id, "event": "model.status.updated", "createdAt": at.to_string(), "objectType": "model", "object": model})
            .to_string()
    };
    let missing = BODY.saturating_sub(event("").len());
    event(&"studio grey, office, garden; ".repeat(missing / 29 + 1)[..missing]).into_bytes()
}

/// The request that carries this body.
pub fn signed(body: &[u8], now: Timestamp) -> Vec<u8> {
    let timestamp = now.as_second().to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
    [timestamp.as_bytes(), b".", body].into_iter().for_each(|part| mac.update(part));
    let tag: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let headers = format!(
        "content-type: application/json\r\nuser-agent: HeadshotPro-Webhook/1.0\r\n\
         x-headshotpro-timestamp: {timestamp}\r\nx-headshotpro-signature: sha256={tag}\r\n"
    );
    request("POST", PATH, &headers, body)
}
