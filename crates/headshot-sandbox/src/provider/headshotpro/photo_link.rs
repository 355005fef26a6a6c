//! Photos behind links that carry a signature and end after 24 hours \[h-photos\].

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::{Path, Query, State},
    http::header,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{
    organization::Organization,
    refusal::Refusal,
    session::{Photo, Session},
};
use crate::{
    Speed,
    gate::luck,
    link::{LinkQuery, Links},
    portrait::{Format, Size},
};

/// Links by the provider's name for what they show.
pub(crate) type Urls = BTreeMap<&'static str, String>;

/// Which links to make for a photo: the provider's query parameter `include`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Include {
    #[default]
    Main,
    All,
}

/// Makes the links to the photos of a session.
pub(crate) struct PhotoLinks(Links);

impl PhotoLinks {
    pub(crate) fn new(base: &Url, key: [u8; 32], speed: Speed) -> Self {
        Self(Links::new(base, key, speed))
    }

    /// When a link made at `now` ends.
    pub(crate) fn expiry(&self, now: Timestamp) -> Timestamp {
        self.0.expiry(now)
    }

    /// When a link must have been made to have ended by `now`.
    pub(crate) fn over_at(&self, now: Timestamp) -> Timestamp {
        self.0.over_at(now)
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
        self.0.path(&path(&photo.id, size), session.link_series, now)
    }

    fn links(&self, session: &Session, photo: &Photo, sizes: &[Size], now: Timestamp) -> Urls {
        let link = |size: Size| self.0.url(&path(&photo.id, size), session.link_series, now);
        sizes.iter().map(|&size| (size.as_str(), link(size))).collect()
    }
}

fn path(photo: &str, size: Size) -> String {
    format!("/photos/{photo}/{}.png", size.as_str())
}

pub(crate) fn router(organization: &Arc<Organization>) -> Router<Arc<Organization>> {
    let luck = middleware::from_fn_with_state(Arc::clone(organization), luck::<Organization>);
    Router::new().route("/photos/{photo}/{file}", get(photo)).layer(luck)
}

async fn photo(
    State(organization): State<Arc<Organization>>,
    Path((photo, file)): Path<(String, String)>,
    Query(query): Query<LinkQuery>,
) -> Result<Response, Refusal> {
    let size = file.strip_suffix(".png").and_then(Size::from_word).ok_or(NO_PHOTO)?;
    let (session, index) = organization.photo_session(&photo).ok_or(NO_PHOTO)?;
    let links = &organization.links().0;
    let checked = links.check(&path(&photo, size), session.link_series, &query, Timestamp::now());
    checked.map_err(|bad| Refusal::Forbidden(bad.as_str()))?;
    let image = organization.portraits().image(session.id, photo, index, size, Format::Png).await;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, image).into_response())
}

const NO_PHOTO: Refusal = Refusal::NotFound("Photo not found");
