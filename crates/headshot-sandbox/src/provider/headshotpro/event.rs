use jiff::Timestamp;
use serde::Serialize;

use super::{
    photo_link::{PhotoLinks, Urls},
    session::{Session, Status, time},
};
use crate::portrait::Person;

/// What happened \[001\]\[002\].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Kind {
    #[serde(rename = "model.created")]
    Created,
    #[serde(rename = "model.status.updated")]
    StatusUpdated,
    #[serde(rename = "model.photos_ready")]
    PhotosReady,
    #[serde(rename = "model.favorite_selected")]
    FavoriteSelected,
    #[serde(rename = "model.deleted")]
    Deleted,
}

/// The body of a webhook: the envelope of \[001\] around the object of \[002\], in the order of the documents.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    id: &'a str,
    #[serde(rename = "event")]
    kind: Kind,
    created_at: String,
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
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FavoritePhoto<'a> {
    id: &'a str,
    urls: Urls,
    expires_at: String,
}

impl<'a> Event<'a> {
    /// The event of `kind` that happens to `session` at `now`.
    pub(crate) fn new(id: &'a str, kind: Kind, session: &'a Session, links: &PhotoLinks, now: Timestamp) -> Self {
        let chosen = session.favorite_photo().filter(|_| kind == Kind::FavoriteSelected);
        let favorite_photo = chosen.map(|photo| FavoritePhoto {
            id: &photo.id,
            urls: links.favorite(session, photo, now),
            expires_at: time(links.expiry(now)),
        });
        Self { id, kind, created_at: time(now), object_type: "model", object: Object::of(session), favorite_photo }
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
            finished_at: session.finished_at.map(time),
            deleted_at: session.deleted_at.map(time),
            invite_expires_at: time(session.invite_expires_at()),
            created_at: time(session.created_at),
            organization: ORGANIZATION_ID,
        }
    }
}

/// The id of the one organization that the sandbox plays.
pub(crate) const ORGANIZATION_ID: &str = "org_sandbox";
