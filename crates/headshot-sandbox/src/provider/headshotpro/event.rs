use jiff::Timestamp;
use serde::Serialize;

use super::{
    config::{Envelope, FavoritePlace},
    photo_link::{PhotoLinks, Urls},
    session::{Session, Status},
};
use crate::{portrait::Person, time::text};

/// What happened \[001\]\[002\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Created,
    StatusUpdated,
    PhotosReady,
    FavoriteSelected,
    Deleted,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "model.created",
            Self::StatusUpdated => "model.status.updated",
            Self::PhotosReady => "model.photos_ready",
            Self::FavoriteSelected => "model.favorite_selected",
            Self::Deleted => "model.deleted",
        }
    }
}

/// The body of a webhook: the envelope of \[001\] around the object of \[002\], in the order of the documents.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(rename = "event")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    object_type: &'static str,
    object: Object<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favorite_photo: Option<FavoritePhoto<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
    uid: &'a str,
    title: String,
    trigger: &'static str,
    status: Status,
    is_development: bool,
    finished_at: Option<String>,
    deleted_at: Option<String>,
    invite_expires_at: String,
    created_at: String,
    organization: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    favorite_photo: Option<FavoritePhoto<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FavoritePhoto<'a> {
    id: &'a str,
    urls: Urls,
    expires_at: String,
}

impl<'a> Event<'a> {
    /// The event of `kind` that happens to `session` now; links in it are made at `links_made_at`.
    pub(crate) fn new(
        id: &'a str,
        kind: Kind,
        session: &'a Session,
        links_made_at: Timestamp,
        links: &PhotoLinks,
    ) -> Self {
        let now = Timestamp::now();
        let chosen = session.favorite_photo().filter(|_| kind == Kind::FavoriteSelected);
        let favorite_photo = chosen.map(|photo| FavoritePhoto {
            id: &photo.id,
            urls: links.favorite(session, photo, links_made_at),
            expires_at: text(links.expiry(now)),
        });
        Self {
            id: Some(id),
            kind: kind.as_str(),
            created_at: Some(text(now)),
            object_type: "model",
            object: Object::of(session),
            favorite_photo,
        }
    }

    /// The same as the provider may also write it: its documents disagree.
    pub(crate) fn written(mut self, envelope: Envelope, place: FavoritePlace) -> Self {
        if envelope == Envelope::Bare {
            return Self { id: None, created_at: None, favorite_photo: None, ..self };
        }
        if place == FavoritePlace::Object {
            self.object.favorite_photo = self.favorite_photo.take();
        }
        self
    }
}

impl<'a> Object<'a> {
    fn of(session: &'a Session) -> Self {
        Self {
            id: &session.id,
            uid: &session.uid,
            title: session.title(),
            trigger: Person::of(&session.id).trigger(),
            status: session.status,
            is_development: session.test_mode,
            finished_at: session.finished_at.map(text),
            deleted_at: session.deleted_at.map(text),
            invite_expires_at: text(session.invite_expires_at()),
            created_at: text(session.created_at),
            organization: ORGANIZATION_ID,
            favorite_photo: None,
        }
    }
}

/// The id of the one organization that the sandbox plays.
pub(crate) const ORGANIZATION_ID: &str = "org_sandbox";
