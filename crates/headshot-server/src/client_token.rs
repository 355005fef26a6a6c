use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use headshot_api::ClientToken;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::pace::CLIENT_TOKEN_LIFE;
use crate::random;
use crate::store::NewClientToken;

const PREFIX: &str = "hct_";

/// A new token: what the browser gets, and what the store keeps of it.
pub(crate) fn mint(now: Timestamp) -> (ClientToken, NewClientToken) {
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random::bytes::<32>()));
    let expires_at = now + CLIENT_TOKEN_LIFE;
    let kept = NewClientToken { sha256: sha256(&token), expires_at };
    (ClientToken { token, expires_at: expires_at.to_string() }, kept)
}

/// Whether a credential claims to be a client token.
pub(crate) fn is_one(credential: &str) -> bool {
    credential.starts_with(PREFIX)
}

/// What the store knows a token by. A look-up by it tells nothing through its timing: who could choose the SHA-256 of a
/// guess would have broken SHA-256.
pub(crate) fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
