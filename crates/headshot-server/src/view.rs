//! A session as clients see it.

use headshot_api::{Event, EventData, EventPhoto, EventType, Photo, Session, State, Surface, Upload, UploadState};
use jiff::Timestamp;

use crate::app::App;
use crate::ids::PhotoId;
use crate::provider::Provider;
use crate::store::{self, Offer, StoredEvent, StoredSession, StoredUpload};

pub(crate) fn session(app: &App, stored: StoredSession, now: Timestamp) -> Session {
    let provider = app.provider(&stored.provider);
    let at_work = provider.as_ref().filter(|_| stored.standing.state == State::Processing);
    let is_deleted = stored.standing.state == State::Deleted;
    Session {
        id: stored.id.to_string(),
        progress: at_work.map(|provider| provider.progress(&stored.standing.provider_status)),
        usual_minutes: at_work.and_then(|provider| provider.usual_minutes(stored.test_mode)),
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

/// An event as the host application is told it. It has no signed link, so that it is the same whenever it is told.
pub(crate) fn event(app: &App, stored: &StoredEvent) -> Event {
    let snapshot = &stored.snapshot;
    let photo = |id: &String| EventPhoto { id: id.clone(), url: app.links.plain(id) };
    Event {
        id: stored.id.to_string(),
        seq: stored.seq,
        kind: EventType::from_word(&stored.kind),
        timestamp: stored.created_at.to_string(),
        source: stored.source.clone(),
        data: EventData {
            session_id: snapshot.session_id.clone(),
            reference: snapshot.reference.clone(),
            provider: snapshot.provider.clone(),
            state: State::from_word(&snapshot.state),
            provider_status: snapshot.provider_status.clone(),
            test_mode: snapshot.test_mode,
            photos: snapshot.photos.iter().map(photo).collect(),
            favorite_photo_id: snapshot.favorite.clone(),
        },
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
