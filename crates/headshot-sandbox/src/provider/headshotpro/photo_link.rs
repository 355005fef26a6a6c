//! Photos behind links that carry a signature and end after 24 hours \[h-photos\].

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::Sha256;
use url::Url;

use super::{
    organization::Organization,
    refusal::Refusal,
    session::{Photo, Session},
};
use crate::{Speed, portrait::Size, random::hex};

/// Links by the provider's name for what they show.
pub(crate) type Urls = BTreeMap<&'static str, String>;

/// How long a link works at real speed \[h-photos\].
const LIFETIME: Duration = Duration::from_hours(24);

/// Which links to make for a photo: the provider's query parameter `include`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Include {
    #[default]
    Main,
    All,
}

/// Makes links and tells genuine ones.
pub(crate) struct PhotoLinks {
    base: Url,
    key: [u8; 32],
    speed: Speed,
}

impl PhotoLinks {
    pub(crate) fn new(base: Url, key: [u8; 32], speed: Speed) -> Self {
        Self { base, key, speed }
    }

    /// When a link made at `now` ends.
    pub(crate) fn expiry(&self, now: Timestamp) -> Timestamp {
        now + self.speed.shorten(LIFETIME)
    }

    /// The links that the API shows for a photo.
    pub(crate) fn api(&self, session: &Session, photo: &Photo, include: Include, now: Timestamp) -> Urls {
        let sizes: &[_] = match include {
            Include::Main => &[Size::Main],
            Include::All => &[Size::Main, Size::Thumbnail, Size::Original],
        };
        self.links(session, photo, sizes, now)
    }

    /// The links that the event about a favourite carries \[001\].
    pub(crate) fn favorite(&self, session: &Session, photo: &Photo, now: Timestamp) -> Urls {
        self.links(session, photo, &[Size::Preview, Size::Transparent, Size::Pfp], now)
    }

    /// Path and query of one link, for a page of the sandbox's own.
    pub(crate) fn path(&self, session: &Session, photo: &Photo, size: Size, now: Timestamp) -> String {
        let expires = self.expiry(now).as_second();
        let signature = hex(&self.tag(session, &photo.id, size, expires).finalize().into_bytes());
        format!("/photos/{}/{}.png?expires={expires}&signature={signature}", photo.id, size.as_str())
    }

    fn links(&self, session: &Session, photo: &Photo, sizes: &[Size], now: Timestamp) -> Urls {
        let base = self.base.as_str().trim_end_matches('/');
        sizes.iter().map(|&size| (size.as_str(), format!("{base}{}", self.path(session, photo, size, now)))).collect()
    }

    fn check(&self, session: &Session, request: &PhotoRequest, now: Timestamp) -> Result<(), Refusal> {
        let genuine = decoded(&request.signature).is_some_and(|signature| {
            self.tag(session, &request.photo, request.size, request.expires).verify_slice(&signature).is_ok()
        });
        match genuine {
            false => Err(Refusal::Forbidden("Invalid signature")),
            true if now.as_second() >= request.expires => Err(Refusal::Forbidden("Link has expired")),
            true => Ok(()),
        }
    }

    fn tag(&self, session: &Session, photo: &str, size: Size, expires: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(format!("{photo}/{}/{expires}/{}", size.as_str(), session.link_series).as_bytes());
        mac
    }
}

pub(crate) fn router() -> Router<Arc<Organization>> {
    Router::new().route("/photos/{photo}/{file}", get(photo))
}

async fn photo(
    State(organization): State<Arc<Organization>>,
    Path((photo, file)): Path<(String, String)>,
    Query(query): Query<LinkQuery>,
) -> Result<Response, Refusal> {
    let size = file.strip_suffix(".png").and_then(Size::from_word).ok_or(NO_PHOTO)?;
    let request = PhotoRequest { photo, size, expires: query.expires, signature: query.signature };
    let (session, index) = organization.photo_session(&request.photo).ok_or(NO_PHOTO)?;
    organization.links().check(&session, &request, Timestamp::now())?;
    let image = organization.portraits().image(session.id, request.photo, index, size).await;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, image).into_response())
}

#[derive(Deserialize)]
struct LinkQuery {
    #[serde(default)]
    expires: i64,
    #[serde(default)]
    signature: String,
}

struct PhotoRequest {
    photo: String,
    size: Size,
    expires: i64,
    signature: String,
}

const NO_PHOTO: Refusal = Refusal::NotFound("Photo not found");

fn decoded(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
