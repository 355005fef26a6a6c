use axum::http::{HeaderMap, Method, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_explain::{Explanation, Finding};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::provider::{Inbound, Provider};
use crate::random;

/// The largest body that is kept, or looked at for what explains a refusal.
pub(super) const LARGEST_BODY: usize = 64 * 1024;

/// So many bytes of headers are kept.
const LARGEST_HEADERS: usize = 16 * 1024;

/// Headers that no provider signs with, and that proxies and browsers put secrets into.
const NOT_KEPT: [header::HeaderName; 3] = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];

/// What is kept of a delivery that was refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefusedDelivery {
    pub(crate) id: String,
    pub(crate) provider: String,
    pub(crate) received_at: Timestamp,
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) method: String,
    pub(crate) tail: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body_bytes: usize,
    pub(crate) body_sha256: String,
    /// In base64, where bodies are kept and this one is not too large.
    pub(crate) body: Option<String>,
    /// What was found out while the body was there.
    pub(crate) explained: Option<Explained>,
}

/// An explanation that can be passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Explained {
    pub(crate) verdict: String,
    pub(crate) findings: Vec<Found>,
}

/// One mistake that explains a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

impl RefusedDelivery {
    pub(super) fn of(provider: &str, inbound: &Inbound<'_>, why: (&str, &str), keeps_body: bool) -> Self {
        let keeps_body = keeps_body && inbound.body.len() <= LARGEST_BODY;
        Self {
            id: format!("ref_{}", random::hex::<8>()),
            provider: provider.to_owned(),
            received_at: inbound.now,
            code: why.0.to_owned(),
            detail: why.1.to_owned(),
            method: inbound.method.to_string(),
            tail: inbound.tail.to_owned(),
            headers: headers(inbound.headers),
            body_bytes: inbound.body.len(),
            body_sha256: random::to_hex(&Sha256::digest(inbound.body)),
            body: keeps_body.then(|| STANDARD.encode(inbound.body)),
            explained: None,
        }
    }

    /// What explains the refusal: looked for now where the body is kept, or else what was found when it came.
    pub(crate) fn explain(&self, provider: Option<&dyn Provider>) -> Option<Explained> {
        self.explain_again(provider?).or_else(|| self.explained.clone())
    }

    fn explain_again(&self, provider: &dyn Provider) -> Option<Explained> {
        let body = STANDARD.decode(self.body.as_deref()?).ok()?.into();
        let method: Method = self.method.parse().ok()?;
        let headers = self.headers.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
        let (headers, now) = (headers.collect(), self.received_at);
        let inbound = Inbound { method: &method, tail: &self.tail, headers: &headers, body: &body, now };
        Some(Explained::from(&provider.explain(&inbound)))
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut left = LARGEST_HEADERS;
    let kept = headers.iter().filter(|(name, _)| !NOT_KEPT.contains(name)).take_while(|(name, value)| {
        let fits = left.checked_sub(name.as_str().len() + value.len());
        left = fits.unwrap_or(0);
        fits.is_some()
    });
    kept.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

impl From<&Explanation> for Explained {
    fn from(explanation: &Explanation) -> Self {
        let found = |finding: &Finding| Found {
            code: finding.mistake().code().to_owned(),
            message: finding.to_string(),
            remedy: finding.remedy().to_owned(),
        };
        Self { verdict: explanation.verdict().to_owned(), findings: explanation.findings().iter().map(found).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_carry_secrets_and_those_beyond_the_limit_are_not_kept() {
        let mut map = HeaderMap::new();
        for (name, value) in [("Authorization", "Bearer x"), ("Cookie", "a=b"), ("X-Signature", "sha256=00")] {
            map.insert(name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap());
        }
        assert_eq!(headers(&map), [("x-signature".to_owned(), "sha256=00".to_owned())]);
        map.insert("x-large", "x".repeat(LARGEST_HEADERS).parse().unwrap());
        let kept: usize = headers(&map).iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!(kept <= LARGEST_HEADERS);
    }
}
