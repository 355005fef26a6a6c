//! Links to photos that carry a signature and end after a while.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::Sha256;
use url::Url;

use crate::{
    Speed,
    random::{hex, unhex},
    stand_in::base_of,
};

/// How long a link works at real speed.
const LIFETIME: Duration = Duration::from_hours(24);

/// Makes links and tells genuine ones.
pub(crate) struct Links {
    base: String,
    key: [u8; 32],
    speed: Speed,
}

/// What a link carries beside its path.
#[derive(Deserialize)]
pub(crate) struct LinkQuery {
    #[serde(default)]
    expires: i64,
    #[serde(default)]
    signature: String,
}

/// Why a link is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadLink {
    Forged,
    Expired,
}

impl Links {
    pub(crate) fn new(base: &Url, key: [u8; 32], speed: Speed) -> Self {
        Self { base: base_of(base).to_owned(), key, speed }
    }

    /// When a link made at `now` ends.
    pub(crate) fn expiry(&self, now: Timestamp) -> Timestamp {
        now + self.speed.shorten(LIFETIME)
    }

    /// When a link must have been made to have ended by `now`.
    pub(crate) fn over_at(&self, now: Timestamp) -> Timestamp {
        now - self.speed.shorten(LIFETIME) - SignedDuration::from_secs(1)
    }

    /// A link to `path` made at `now`. Raising `series` ends all links made before.
    pub(crate) fn url(&self, path: &str, series: u32, now: Timestamp) -> String {
        format!("{}{}", self.base, self.path(path, series, now))
    }

    /// The same without the origin, for a page of the sandbox's own.
    pub(crate) fn path(&self, path: &str, series: u32, now: Timestamp) -> String {
        let expires = self.expiry(now).as_second();
        let signature = hex(&self.tag(path, series, expires).finalize().into_bytes());
        format!("{path}?expires={expires}&signature={signature}")
    }

    pub(crate) fn check(&self, path: &str, series: u32, query: &LinkQuery, now: Timestamp) -> Result<(), BadLink> {
        let tag = self.tag(path, series, query.expires);
        let genuine = unhex(&query.signature).is_some_and(|signature| tag.verify_slice(&signature).is_ok());
        match genuine {
            false => Err(BadLink::Forged),
            true if now.as_second() >= query.expires => Err(BadLink::Expired),
            true => Ok(()),
        }
    }

    fn tag(&self, path: &str, series: u32, expires: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(format!("{path}/{expires}/{series}").as_bytes());
        mac
    }
}

impl BadLink {
    /// The reason in words.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Forged => "Invalid signature",
            Self::Expired => "Link has expired",
        }
    }
}
