//! A session as clients see it.

use headshot_api::{Photo, Session, State};
use jiff::Timestamp;

use crate::app::App;
use crate::store::StoredSession;

pub(crate) fn session(app: &App, stored: StoredSession, now: Timestamp) -> Session {
    let provider = app.provider(&stored.provider);
    let is_deleted = stored.standing.state == State::Deleted;
    Session {
        id: stored.id.to_string(),
        state: stored.standing.state,
        provider_status: stored.standing.provider_status,
        signed_url: stored.signed_url.filter(|_| !is_deleted),
        frame_origins: provider.map(|provider| provider.frame_origins().entries.clone()).unwrap_or_default(),
        provider: stored.provider,
        test_mode: stored.test_mode,
        reference: stored.reference,
        photos: stored.photos.iter().map(|photo| photo_link(app, photo, now)).collect(),
        favorite_photo_id: stored.favorite.map(|photo| photo.to_string()),
        created_at: stored.created_at.to_string(),
        updated_at: stored.updated_at.to_string(),
    }
}

fn photo_link(app: &App, photo: &crate::ids::PhotoId, now: Timestamp) -> Photo {
    let link = app.links.link(photo, now);
    Photo { id: photo.to_string(), url: link.url, expires_at: link.expires_at.to_string() }
}
