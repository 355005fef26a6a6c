use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, fmt::rfc2822};
use sha2::Sha256;

use crate::delivery::{Flaw, Signer, WRONG_SECRET};

/// The headers that sign `body` as sent at `now`, with their values \[k-hmac\].
///
/// # Panics
///
/// When the year has no four digits.
#[must_use]
pub fn sign(secret: &str, now: Timestamp, body: &[u8]) -> Vec<(&'static str, String)> {
    let timestamp = http_date(now);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    for part in [timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    vec![("x-skylab-timestamp", timestamp), ("x-skylab-signature", signature)]
}

pub(super) struct JobSigner {
    pub(super) secret: String,
}

impl Signer for JobSigner {
    fn sign(&self, body: &[u8], at: Timestamp, flaw: Option<Flaw>) -> Vec<(&'static str, String)> {
        let secret = if flaw == Some(Flaw::BadSignature) { WRONG_SECRET } else { &self.secret };
        sign(secret, at, body)
    }

    fn flaws(&self) -> &'static [Flaw] {
        &[Flaw::BadSignature, Flaw::Stale, Flaw::Unsigned, Flaw::AlteredBody]
    }
}

/// Such as `Mon, 28 Aug 2023 22:58:28 GMT` \[004\].
fn http_date(at: Timestamp) -> String {
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).expect("the year has four digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    // The published vectors of this project, made with Python; the first is accepted by the provider's own package.
    const SECRET: &str = "sandbox-skylab-secret";

    fn signed(body: &[u8]) -> Vec<(&'static str, String)> {
        sign(SECRET, "2026-01-02T03:04:05Z".parse().unwrap(), body)
    }

    #[test]
    fn signs_timestamp_and_body_as_vector_four_says() {
        let body = br#"{"accountId":1,"id":42,"name":"demo","profileId":7,"state":"complete","photoDownloadUrls":{"a.jpg":"https://example.test/a.jpg"},"errors":[]}"#;
        let headers = [
            ("x-skylab-timestamp", "Fri, 02 Jan 2026 03:04:05 GMT"),
            ("x-skylab-signature", "C7wkcEoOQo/eheDbL81FMU1bsgAP5ilog6TRaY1GCnI="),
        ];
        assert_eq!(signed(body), headers.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn signs_escaped_ampersands_as_vector_five_says() {
        let body = br#"{"accountId":1,"id":42,"name":"demo","state":"complete","photoDownloadUrls":{"a.jpg":"https://example.test/a.jpg?x=1\u0026y=2"}}"#;
        assert_eq!(signed(body)[1].1, "Zfz3iQfA6b92nUHbBf9InwbrG6onEqRMt1jbYy4AR/k=");
    }
}
