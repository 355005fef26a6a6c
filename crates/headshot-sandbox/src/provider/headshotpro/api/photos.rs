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
use crate::provider::headshotpro::{
    organization::Organization,
    photo_link::Include,
    refusal::Refusal,
    session::{Photo, Session, Status, time},
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
    let photos = shown.map(|photo| view(&organization, &session, photo, filter.include)).collect();
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
    Ok(Json(json!({ "success": true, "photo": view(&organization, &session, found, filter.include) })))
}

pub(super) async fn favorite(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(filter) = filter.map_err(bad_query)?;
    let session = living(&organization, &id)?;
    Ok(Json(match session.favorite_photo() {
        Some(photo) => json!({ "success": true, "photo": view(&organization, &session, photo, filter.include) }),
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
    let photos = chosen.map(|(session, photo)| view(&organization, session, photo, filter.include)).collect();
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
    let (links, now) = (organization.links(), Timestamp::now());
    let item = |photo: &&Photo| json!({ "photoId": photo.id, "urls": links.api(&session, photo, wanted.include, now) });
    let downloads: Vec<_> = photos.iter().map(item).collect();
    Ok(Json(json!({ "success": true, "downloads": downloads, "expiresAt": time(links.expiry(now)) })))
}

const NO_PHOTO: Refusal = Refusal::NotFound("Photo not found");

fn living(organization: &Organization, id: &str) -> Result<Session, Refusal> {
    let session = organization.session(id)?;
    if session.status == Status::Deleted { Err(Refusal::NotFound("Model not found")) } else { Ok(session) }
}

fn likes(session: &Session, photo: &Photo) -> Likes {
    if session.favorite.as_ref() == Some(&photo.id) { Likes::Loved } else { Likes::None }
}

fn view(organization: &Organization, session: &Session, photo: &Photo, include: Include) -> Value {
    let (links, now) = (organization.links(), Timestamp::now());
    let liked = if likes(session, photo) == Likes::Loved { "loved" } else { "none" };
    json!({
        "id": photo.id,
        "modelId": session.id,
        "status": "active",
        "likedStatus": liked,
        "createdAt": time(photo.created_at),
        "urls": links.api(session, photo, include, now),
        "expiresAt": time(links.expiry(now)),
    })
}
