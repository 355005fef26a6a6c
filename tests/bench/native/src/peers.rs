//! What is compared. Each starts from a request's headers and the raw body, and ends with accept or refuse.

use std::error::Error;

use headshot_verify::provider::{headshotpro::HeadshotPro, standardwebhooks::StandardWebhooks};
use headshot_verify::{Delivery, Provider, Secret, Secrets, UnixSeconds, Verifier};
use hmac::{KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue};
use subtle::ConstantTimeEq as _;

use crate::delivery::{self, SECRET, SIGNATURE, TIMESTAMP};

/// The row that is 1.00.
pub const BASE: &str = "ring, by hand";

/// The rows in the table's order.
pub const NAMES: [&str; 7] = [
    "headshot-verify",
    "headshot-verify, Standard Webhooks",
    BASE,
    "aws-lc-rs, by hand",
    "hmac + sha2, by hand",
    "hmac-sha256, by hand",
    "standardwebhooks",
];

const TOLERANCE_SECONDS: u64 = 300;

type Check = Box<dyn Fn(&HeaderMap, &[u8]) -> bool>;
type Sign = fn(&[u8]) -> Result<HeaderMap, Box<dyn Error>>;

/// One row: how it is sent, and how it is checked.
pub struct Peer {
    pub name: &'static str,
    pub sign: Sign,
    pub accepts: Check,
}

/// All rows, in the order of [`NAMES`].
pub fn all() -> Result<Vec<Peer>, Box<dyn Error>> {
    let own: Sign = delivery::headshotpro;
    let rows: [(Sign, Check); 7] = [
        (own, ours(HeadshotPro::default())?),
        (delivery::standard_webhooks, ours(StandardWebhooks::default())?),
        (own, ring()),
        (own, aws_lc_rs()),
        (own, hmac_and_sha2()?),
        (own, hmac_sha256()),
        (delivery::standard_webhooks, standard_webhooks()?),
    ];
    Ok(NAMES.into_iter().zip(rows).map(|(name, (sign, accepts))| Peer { name, sign, accepts }).collect())
}

fn ours<P: Provider + 'static>(provider: P) -> Result<Check, Box<dyn Error>> {
    let verifier = Verifier::new(provider, Secrets::from(Secret::new(SECRET)?));
    Ok(Box::new(move |headers, body| {
        let values = |name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
        verifier.verify(&Delivery::new(values, body), UnixSeconds::new(delivery::now())).is_ok()
    }))
}

fn ring() -> Check {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
    by_hand(move |timestamp, body| {
        let mut context = ring::hmac::Context::with_key(&key);
        context.update(timestamp);
        context.update(b".");
        context.update(body);
        context.sign()
    })
}

fn aws_lc_rs() -> Check {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
    by_hand(move |timestamp, body| {
        let mut context = aws_lc_rs::hmac::Context::with_key(&key);
        context.update(timestamp);
        context.update(b".");
        context.update(body);
        context.sign()
    })
}

fn hmac_and_sha2() -> Result<Check, Box<dyn Error>> {
    let keyed = hmac::Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes())?;
    Ok(by_hand(move |timestamp, body| {
        keyed.clone().chain_update(timestamp).chain_update(b".").chain_update(body).finalize().into_bytes()
    }))
}

fn hmac_sha256() -> Check {
    let keyed = hmac_sha256::HMAC::new(SECRET);
    by_hand(move |timestamp, body| {
        let mut mac = keyed.clone();
        mac.update(timestamp);
        mac.update(b".");
        mac.update(body);
        mac.finalize()
    })
}

fn standard_webhooks() -> Result<Check, Box<dyn Error>> {
    let webhook = standardwebhooks::Webhook::from_bytes(SECRET.as_bytes().to_vec())?;
    Ok(Box::new(move |headers, body| webhook.verify(body, headers).is_ok()))
}

/// What somebody careful writes around an HMAC whose key is kept.
fn by_hand<T: AsRef<[u8]>>(tag: impl Fn(&[u8], &[u8]) -> T + 'static) -> Check {
    Box::new(move |headers, body| {
        let Some((timestamp, seconds, signature)) = parsed(headers) else { return false };
        let is_genuine = bool::from(tag(timestamp, body).as_ref().ct_eq(&signature));
        is_genuine && delivery::now().abs_diff(seconds) <= TOLERANCE_SECONDS
    })
}

fn parsed(headers: &HeaderMap) -> Option<(&[u8], u64, [u8; 32])> {
    let timestamp = headers.get(TIMESTAMP)?;
    let seconds = timestamp.to_str().ok()?.parse().ok()?;
    let text = headers.get(SIGNATURE)?.to_str().ok()?.strip_prefix("sha256=")?;
    let mut signature = [0; 32];
    let decoded = base16ct::lower::decode(text, &mut signature).ok()?.len();
    (decoded == signature.len()).then_some((timestamp.as_bytes(), seconds, signature))
}
