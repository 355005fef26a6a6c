use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use super::Algorithm;

/// A JSON Web Token of `claims`, signed with the secret's text (RFC 7519, RFC 7518).
#[must_use]
pub fn token(algorithm: Algorithm, secret: &str, claims: &Value) -> String {
    let input = signing_input(algorithm.name(), claims);
    let (secret, text) = (secret.as_bytes(), input.as_bytes());
    let signature = match algorithm {
        Algorithm::Hs256 => tag(Hmac::<Sha256>::new_from_slice(secret), text),
        Algorithm::Hs384 => tag(Hmac::<Sha384>::new_from_slice(secret), text),
        Algorithm::Hs512 => tag(Hmac::<Sha512>::new_from_slice(secret), text),
    };
    format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// A token that says that it needs no signature.
pub(super) fn unsigned_token(claims: &Value) -> String {
    format!("{}.", signing_input("none", claims))
}

fn signing_input(algorithm: &str, claims: &Value) -> String {
    let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
    [header, claims.to_string()].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".")
}

fn tag<M: Mac>(mac: Result<M, hmac::digest::InvalidLength>, text: &[u8]) -> Vec<u8> {
    let mut mac = mac.expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

impl Algorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }
}

/// When a token of `iat` ends, with both as claims.
pub(super) fn times(iat: i64) -> Value {
    json!({ "iat": iat, "exp": iat + 300 })
}

#[cfg(test)]
mod tests {
    use super::*;

    // A published vector of this project, made with Python.
    #[test]
    fn signs_as_the_vector_says() {
        // Claims are written in the order of their names; the vector has them in another, so both are compared as text.
        let input = signing_input("HS256", &json!({ "exp": 1_767_323_345, "iat": 1_767_323_045 }));
        assert_eq!(input.split('.').next(), Some("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"));
        let vector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NjczMjMwNDUsImV4cCI6MTc2NzMyMzM0NX0";
        let tag = tag(Hmac::<Sha256>::new_from_slice(b"sandbox-scale-secret"), vector.as_bytes());
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(tag), "XK1ln-0LX6ek9sZob3ZvpU7pZ8vNgic8idoNE8HN5ko");
    }
}
