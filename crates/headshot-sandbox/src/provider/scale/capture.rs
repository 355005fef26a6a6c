//! The stand-in for the studio's pages: one for each session, and a public one for whoever has its link.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    account::{Account, NO_SESSION},
    api::parsed,
    contact::Fields,
    image::Image,
    refusal::Refusal,
    session::Session,
};
use crate::page::{GONE, HEADERS, files};

const PAGE: &str = include_str!("../../../pages/capture.html");
const PUBLIC_PAGE: &str = include_str!("../../../pages/welcome.html");
const SCRIPT: &str = include_str!("../../../pages/capture.js");
/// The page sends photos of at most 1280 pixels, far below this.
const LARGEST_PHOTO_BYTES: usize = 4 << 20;

pub(super) fn router() -> Router<Arc<Account>> {
    Router::new()
        .route("/s/{token}", get(page))
        .route("/s/{token}/state", get(state))
        .route("/s/{token}/photo", post(submit).layer(DefaultBodyLimit::max(LARGEST_PHOTO_BYTES)))
        .route("/studio/{studio}", get(public_page).post(visit))
        .merge(files("capture.js", SCRIPT))
}

async fn page(State(account): State<Arc<Account>>, Path(token): Path<String>) -> Response {
    match visitor(&account, &token) {
        Ok(_) => (headers(&account), Html(PAGE)).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, headers(&account), Html(GONE)).into_response(),
    }
}

async fn public_page(State(account): State<Arc<Account>>, Path(studio): Path<String>) -> Response {
    if studio == account.config.studio_id {
        (headers(&account), Html(PUBLIC_PAGE)).into_response()
    } else {
        (StatusCode::NOT_FOUND, headers(&account), Html(GONE)).into_response()
    }
}

/// Opens a session for whoever says their name, and tells where it is.
async fn visit(
    State(account): State<Arc<Account>>,
    Path(studio): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    if studio != account.config.studio_id {
        return Err(NO_SESSION);
    }
    let contact = account.contact_for(parsed::<Fields>(&body)?)?;
    let session = account.open_session(&contact.id, None, Value::Null)?;
    Ok(Json(json!({ "page": format!("/s/{}", session.token) })))
}

/// What other pages may do with these.
fn headers(account: &Account) -> HeaderMap {
    let mut headers: HeaderMap =
        HEADERS.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
    if !account.config.framing {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    headers
}

async fn state(State(account): State<Arc<Account>>, Path(token): Path<String>) -> Result<Response, Refusal> {
    let session = visitor(&account, &token)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], view(&account, &session)).into_response())
}

/// Counts the photo and throws it away.
async fn submit(
    State(account): State<Arc<Account>>,
    Path(token): Path<String>,
    photo: Bytes,
) -> Result<Json<Value>, Refusal> {
    let session = visitor(&account, &token)?;
    if !matches!(imagesize::image_type(&photo), Ok(imagesize::ImageType::Jpeg | imagesize::ImageType::Png)) {
        return Err(Refusal::invalid("The file is no JPEG or PNG picture"));
    }
    account.submit(&session.id)?;
    Ok(view(&account, &session))
}

/// The session whose token is in the path.
fn visitor(account: &Account, token: &str) -> Result<Session, Refusal> {
    account.books().session_by_token(token, Timestamp::now()).cloned().ok_or(NO_SESSION)
}

fn view(account: &Account, session: &Session) -> Json<Value> {
    let books = account.books();
    let latest = books.submission_of(&session.id);
    let finished = latest.filter(|latest| latest.is_complete());
    let link = |id: &str| account.links.path(&Image::Enhanced.path(id), session.link_series, Timestamp::now());
    Json(json!({
        "state": latest.map(|latest| latest.state.as_str()),
        "image": finished.map(|latest| link(&latest.id)),
        "redirectUrl": session.redirect_url,
    }))
}
