//! A session as clients see it.

use headshot_api::{Photo, Session, State, Surface, Upload, UploadState};
use jiff::Timestamp;

use crate::app::App;
use crate::ids::PhotoId;
use crate::provider::Provider;
use crate::store::{self, Offer, StoredSession, StoredUpload};

pub(crate) fn session(app: &App, stored: StoredSession, now: Timestamp) -> Session {
    let provider = app.provider(&stored.provider);
    let is_deleted = stored.standing.state == State::Deleted;
    Session {
        id: stored.id.to_string(),
        state: stored.standing.state,
        provider_status: stored.standing.provider_status,
        surface: stored.offer.filter(|_| !is_deleted).map(|offer| surface(provider.as_deref(), &offer)),
        provider: stored.provider,
        test_mode: stored.test_mode,
        reference: stored.reference,
        photos: stored.photos.iter().map(|photo| photo_link(app, photo, now)).collect(),
        favorite_photo_id: stored.favorite.map(|photo| photo.to_string()),
        created_at: stored.created_at.to_string(),
        updated_at: stored.updated_at.to_string(),
    }
}

pub(crate) fn upload(stored: StoredUpload) -> Upload {
    let state = match (stored.refused_at, stored.delivered_at) {
        (Some(_), _) => UploadState::Refused,
        (None, Some(_)) => UploadState::Delivered,
        (None, None) => UploadState::Received,
    };
    let picture = stored.picture;
    Upload {
        id: stored.id.to_string(),
        name: stored.name,
        state,
        media_type: picture.media_type,
        bytes: picture.size_bytes,
        width: picture.width,
        height: picture.height,
        sha256: picture.sha256,
        created_at: stored.received_at.to_string(),
    }
}

fn surface(provider: Option<&dyn Provider>, offer: &Offer) -> Surface {
    let expires_at = offer.expires_at.map(|at| at.to_string());
    match &offer.surface {
        store::Surface::Frame(url) => Surface::Frame {
            url: url.reveal().to_owned(),
            origins: provider.map(|provider| provider.page_origins().entries.clone()).unwrap_or_default(),
            expires_at,
        },
        store::Surface::Link(url) => Surface::Link { url: url.reveal().to_owned(), expires_at },
        store::Surface::Upload => match provider.and_then(Provider::uploads) {
            Some(uploads) => Surface::Upload { limits: uploads.limits() },
            None => Surface::Unknown,
        },
    }
}

fn photo_link(app: &App, photo: &PhotoId, now: Timestamp) -> Photo {
    let link = app.links.link(photo, now);
    Photo { id: photo.to_string(), url: link.url, expires_at: link.expires_at.to_string() }
}
