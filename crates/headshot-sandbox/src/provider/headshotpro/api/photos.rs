use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Page, bad_query};
use crate::{
    provider::headshotpro::{
        organization::Organization,
        photo_link::{Include, Urls},
        refusal::Refusal,
        session::{Photo, Session, Status},
    },
    time::text,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filter {
    #[serde(default)]
    include: Include,
    #[serde(default)]
    status: PhotoStatus,
    liked_status: Option<Likes>,
    team_id: Option<String>,
    // Not a flattened `Page`: flattening would read the numbers as text and refuse them.
    limit: Option<usize>,
    #[serde(default)]
    offset: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PhotoStatus {
    #[default]
    Active,
    Deleted,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Likes {
    None,
    Liked,
    Loved,
}

impl Filter {
    fn page(&self) -> Page {
        Page { limit: self.limit, offset: self.offset }
    }

    /// The sandbox knows no single deleted photos, and no likes short of the favourite.
    fn shows(&self, session: &Session, photo: &Photo) -> bool {
        self.status == PhotoStatus::Active && self.liked_status.is_none_or(|liked| liked == likes(session, photo))
    }
}

pub(super) async fn list(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(filter) = filter.map_err(bad_query)?;
    let session = living(&organization, &id)?;
    let shown = session.photos.iter().filter(|photo| filter.shows(&session, photo));
    let view = View::new(&organization, &session, filter.include);
    let photos = shown.map(|photo| view.photo(photo)).collect();
    let (photos, pagination) = filter.page().cut(photos);
    Ok(Json(json!({ "success": true, "photos": photos, "pagination": pagination })))
}

pub(super) async fn one(
    State(organization): State<Arc<Organization>>,
    Path((id, photo)): Path<(String, String)>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(filter) = filter.map_err(bad_query)?;
    let session = living(&organization, &id)?;
    let found = session.photos.iter().find(|known| known.id == photo).ok_or(NO_PHOTO)?;
    Ok(Json(json!({ "success": true, "photo": View::new(&organization, &session, filter.include).photo(found) })))
}

pub(super) async fn favorite(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(filter) = filter.map_err(bad_query)?;
    let session = living(&organization, &id)?;
    Ok(Json(match session.favorite_photo() {
        Some(photo) => {
            let view = View::new(&organization, &session, filter.include);
            json!({ "success": true, "photo": view.photo(photo) })
        }
        None => json!({ "success": true, "photo": null, "message": "No favorite photo has been selected yet" }),
    }))
}

/// The favourites of everybody in the organization, or in one of its teams.
pub(super) async fn favorites(
    State(organization): State<Arc<Organization>>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(filter) = filter.map_err(bad_query)?;
    let mut sessions = organization.sessions();
    sessions.retain(|session| filter.team_id.is_none() || session.team_id == filter.team_id);
    let chosen = sessions.iter().filter_map(|session| Some((session, session.favorite_photo()?)));
    let shown = |(session, photo)| View::new(&organization, session, filter.include).photo(photo);
    let photos = chosen.map(shown).collect();
    let (photos, pagination) = filter.page().cut(photos);
    Ok(Json(json!({ "success": true, "photos": photos, "pagination": pagination })))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Download {
    photo_ids: Vec<String>,
    include: Include,
}

/// Links for some photos or, if none are named, for all. No document shows the items; these are the conventional ones.
pub(super) async fn download(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body.as_ref() };
    let Ok(wanted) = serde_json::from_slice::<Download>(body) else {
        return Err(Refusal::InvalidRequest("The body may have photoIds, a list, and include, main or all"));
    };
    let session = living(&organization, &id)?;
    let named = |photo: &&Photo| wanted.photo_ids.is_empty() || wanted.photo_ids.contains(&photo.id);
    let photos: Vec<_> = session.photos.iter().filter(named).collect();
    if photos.len() < wanted.photo_ids.len() {
        return Err(NO_PHOTO);
    }
    let view = View::new(&organization, &session, wanted.include);
    let item = |photo: &&Photo| json!({ "photoId": photo.id, "urls": view.urls(photo) });
    let downloads: Vec<_> = photos.iter().map(item).collect();
    Ok(Json(json!({ "success": true, "downloads": downloads, "expiresAt": view.expires_at() })))
}

const NO_PHOTO: Refusal = Refusal::NotFound("Photo not found");

fn living(organization: &Organization, id: &str) -> Result<Session, Refusal> {
    let session = organization.session(id)?;
    if session.status == Status::Deleted { Err(Refusal::NotFound("Model not found")) } else { Ok(session) }
}

fn likes(session: &Session, photo: &Photo) -> Likes {
    if session.favorite.as_ref() == Some(&photo.id) { Likes::Loved } else { Likes::None }
}

/// How the photos of a session are shown in one answer.
struct View<'a> {
    organization: &'a Organization,
    session: &'a Session,
    include: Include,
    links_made_at: Timestamp,
}

impl<'a> View<'a> {
    fn new(organization: &'a Organization, session: &'a Session, include: Include) -> Self {
        Self { organization, session, include, links_made_at: organization.links_made_at(session) }
    }

    fn photo(&self, photo: &Photo) -> Value {
        let liked = if likes(self.session, photo) == Likes::Loved { "loved" } else { "none" };
        json!({
            "id": photo.id,
            "modelId": self.session.id,
            "status": "active",
            "likedStatus": liked,
            "createdAt": text(photo.created_at),
            "urls": self.urls(photo),
            "expiresAt": self.expires_at(),
        })
    }

    fn urls(&self, photo: &Photo) -> Urls {
        self.organization.links().api(self.session, photo, self.include, self.links_made_at)
    }

    fn expires_at(&self) -> String {
        text(self.organization.links().expiry(Timestamp::now()))
    }
}
