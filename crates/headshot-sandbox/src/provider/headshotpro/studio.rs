//! The stand-in for the provider's hosted page: where a signed URL leads, and what that page asks its server. Frames
//! are welcome: the page is made to be embedded.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequestParts, Multipart, Path, Query, State, multipart::Field},
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
    routing::{get, post, put},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{organization::Organization, refusal::Refusal, session::Session};
use crate::{
    page::{GONE, HEADERS, files},
    portrait::Size,
};

/// How many photos a person has to hand in before the headshots can be made.
pub const MINIMUM_PHOTOS: usize = 3;
/// How many photos one person can hand in.
pub const MAXIMUM_PHOTOS: usize = 20;
/// The page sends photos of at most 1280 pixels, far below this.
const LARGEST_PHOTO_BYTES: usize = 4 << 20;
const LARGEST_BODY_BYTES: usize = 32 << 20;

pub(super) fn router() -> Router<Arc<Organization>> {
    Router::new()
        .route("/auth/social", get(enter))
        .route("/studio/{token}", get(page))
        .route("/studio/{token}/state", get(state))
        .route("/studio/{token}/photos", post(submit).layer(DefaultBodyLimit::max(LARGEST_BODY_BYTES)))
        .route("/studio/{token}/favorite", put(favorite))
        .merge(files("studio.js", SCRIPT))
}

const PAGE: &str = include_str!("../../../pages/studio.html");
const SCRIPT: &str = include_str!("../../../pages/studio.js");

#[derive(Deserialize)]
struct SignedUrl {
    #[serde(default)]
    token: String,
}

/// Leads from the signed URL to the page, which lies at another origin, as in real life.
async fn enter(State(organization): State<Arc<Organization>>, Query(query): Query<SignedUrl>) -> Response {
    match organization.session_by_token(&query.token) {
        Some(session) => {
            (StatusCode::FOUND, HEADERS, [(header::LOCATION, organization.studio_page(&session))]).into_response()
        }
        None => gone(),
    }
}

async fn page(State(organization): State<Arc<Organization>>, Path(token): Path<String>) -> Response {
    match organization.session_by_token(&token) {
        Some(_) => (HEADERS, Html(PAGE)).into_response(),
        None => gone(),
    }
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, HEADERS, Html(GONE)).into_response()
}

async fn state(State(organization): State<Arc<Organization>>, Visitor(session): Visitor) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], view(&organization, &session))
}

/// Counts the photos and throws them away.
async fn submit(
    State(organization): State<Arc<Organization>>,
    Visitor(session): Visitor,
    mut form: Multipart,
) -> Result<Json<Value>, Refusal> {
    let mut photos = 0;
    while let Some(field) = form.next_field().await.map_err(|_| TOO_MUCH)? {
        if field.name() == Some("photo") {
            check_photo(field).await?;
            photos += 1;
        }
    }
    if !(MINIMUM_PHOTOS..=MAXIMUM_PHOTOS).contains(&photos) {
        return Err(Refusal::InvalidRequest("Please hand in between 3 and 20 photos"));
    }
    let session = organization.submit(&session.id, photos)?;
    Ok(view(&organization, &session))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chosen {
    photo_id: String,
}

async fn favorite(
    State(organization): State<Arc<Organization>>,
    Visitor(session): Visitor,
    Json(chosen): Json<Chosen>,
) -> Result<Json<Value>, Refusal> {
    let session = organization.choose_favorite(&session.id, &chosen.photo_id)?;
    Ok(view(&organization, &session))
}

/// The session whose token is in the path.
struct Visitor(Session);

impl FromRequestParts<Arc<Organization>> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, organization: &Arc<Organization>) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, organization).await;
        let session = path.ok().and_then(|Path(token)| organization.session_by_token(&token));
        session.map(Self).ok_or(Refusal::NotFound("This link leads nowhere any more"))
    }
}

const TOO_MUCH: Refusal = Refusal::InvalidRequest("The photos could not be read or are too large");

async fn check_photo(mut field: Field<'_>) -> Result<(), Refusal> {
    let (mut start, mut length) = (Vec::new(), 0);
    while let Some(chunk) = field.chunk().await.map_err(|_| TOO_MUCH)? {
        length += chunk.len();
        if length > LARGEST_PHOTO_BYTES {
            return Err(Refusal::InvalidRequest("A photo is larger than 4 MB"));
        }
        start.extend_from_slice(&chunk[..chunk.len().min(12_usize.saturating_sub(start.len()))]);
    }
    if is_image(&start) { Ok(()) } else { Err(Refusal::InvalidRequest("A file is no JPEG, PNG or WebP picture")) }
}

/// Whether these first bytes are those of a JPEG, PNG or WebP file.
fn is_image(start: &[u8]) -> bool {
    start.starts_with(b"\xff\xd8\xff")
        || start.starts_with(b"\x89PNG\r\n\x1a\n")
        || (start.starts_with(b"RIFF") && start[4..].ends_with(b"WEBP"))
}

fn view(organization: &Organization, session: &Session) -> Json<Value> {
    let now = Timestamp::now();
    let link = |photo| organization.links().path(session, photo, Size::Preview, now);
    let photos: Vec<_> = session.photos.iter().map(|photo| json!({ "id": photo.id, "url": link(photo) })).collect();
    Json(json!({
        "status": session.status,
        "testMode": session.test_mode,
        "progress": session.progress(now),
        "minimumPhotos": MINIMUM_PHOTOS,
        "maximumPhotos": MAXIMUM_PHOTOS,
        "photos": photos,
        "favorite": session.favorite,
    }))
}
