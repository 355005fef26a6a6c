use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::random::hex;

/// Which bytes are signed: the two public documents disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Timestamp, a full stop and the body; the timestamp has a header of its own \[001\].
    Timestamped,
    /// The body alone \[002\].
    Body,
}

impl Scheme {
    /// The word for flags and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timestamped => "timestamped",
            Self::Body => "body",
        }
    }
}

impl FromStr for Scheme {
    type Err = InvalidScheme;

    fn from_str(text: &str) -> Result<Self, InvalidScheme> {
        [Self::Timestamped, Self::Body].into_iter().find(|scheme| scheme.as_str() == text).ok_or(InvalidScheme)
    }
}

/// A signature scheme other than `timestamped` and `body`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidScheme;

impl std::fmt::Display for InvalidScheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the signature scheme is `timestamped` or `body`")
    }
}

impl std::error::Error for InvalidScheme {}

/// The headers that sign `body` as sent at `now`, with their values.
///
/// The key is the secret's text itself, never the bytes that its hexadecimal digits stand for \[002\].
#[must_use]
pub fn sign(scheme: Scheme, secret: &str, now: Timestamp, body: &[u8]) -> Vec<(&'static str, String)> {
    let timestamp = now.as_second().to_string();
    match scheme {
        Scheme::Timestamped => vec![
            ("x-headshotpro-timestamp", timestamp.clone()),
            ("x-headshotpro-signature", tag(secret, &[timestamp.as_bytes(), b".", body])),
        ],
        Scheme::Body => vec![("x-headshotpro-signature", tag(secret, &[body]))],
    }
}

fn tag(secret: &str, parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The published vectors of this project, made with Python; not with this code.
    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const BODY: &[u8] = br#"{"id":"evt_00000000-0000-4000-8000-000000000001","event":"model.photos_ready","createdAt":"2026-01-02T03:04:05.000Z","objectType":"model","object":{"_id":"65a000000000000000000001","status":"active"}}"#;

    fn signed(scheme: Scheme) -> Vec<(&'static str, String)> {
        sign(scheme, SECRET, "2026-01-02T03:04:05Z".parse().unwrap(), BODY)
    }

    #[test]
    fn signs_the_body_alone_as_vector_one_says() {
        let tag = "sha256=ecfc1588fcf06ac4959d1d7b003dd589d211b470c65e7a222ba825ba416e7289";
        assert_eq!(signed(Scheme::Body), [("x-headshotpro-signature", tag.to_owned())]);
    }

    #[test]
    fn signs_timestamp_and_body_as_vector_two_says() {
        let tag = "sha256=21daf7e5444b10051bcfd44108bb09c8f95859d99aa64a371ba1ab52b80a7a5d";
        let headers = [("x-headshotpro-timestamp", "1767323045"), ("x-headshotpro-signature", tag)];
        assert_eq!(signed(Scheme::Timestamped), headers.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn knows_its_two_words() {
        assert_eq!("body".parse(), Ok(Scheme::Body));
        assert_eq!("timestamped".parse(), Ok(Scheme::Timestamped));
        assert_eq!("auto".parse::<Scheme>(), Err(InvalidScheme));
    }
}
