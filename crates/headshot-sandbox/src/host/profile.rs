use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    headshot_server::HeadshotServer,
    problem::{BODY_MALFORMED, PHOTO_UNKNOWN, Problem, SESSION_UNKNOWN},
};
use crate::random::Ids;

/// The host's backend, with the profile of the one person who works there; in memory only.
pub(super) struct Backend {
    server: HeadshotServer,
    ids: Ids,
    /// Those that the page offers, the usual one first.
    providers: Vec<String>,
    profile: Mutex<Profile>,
}

#[derive(Default)]
struct Profile {
    /// Sessions that this person opened, the newest last.
    sessions: Vec<String>,
    photo: Option<ProfilePhoto>,
}

#[derive(Clone)]
struct ProfilePhoto {
    session: String,
    id: String,
}

impl Backend {
    pub(super) fn new(server: HeadshotServer, providers: Vec<String>) -> Self {
        Self { server, ids: Ids::new(None, "host"), providers, profile: Mutex::default() }
    }

    /// An address that no provider has seen before, so that the demo can be walked through again and again.
    fn fresh_email(&self) -> String {
        format!("ada.lovelace+{}@example.test", &self.ids.token()[..8])
    }

    fn profile(&self) -> MutexGuard<'_, Profile> {
        self.profile.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default, Deserialize)]
struct Wanted {
    email: Option<String>,
    provider: Option<String>,
}

/// Opens a session for the person who is logged in, and hands the browser what the widget needs.
pub(super) async fn open_session(State(backend): State<Arc<Backend>>, body: Bytes) -> Result<Response, Problem> {
    let wanted = if body.is_empty() { Wanted::default() } else { parsed(&body)? };
    let email = wanted.email.unwrap_or_else(|| backend.fresh_email());
    let provider = wanted.provider.or_else(|| backend.providers.first().cloned()).unwrap_or_default();
    let opened = backend.server.open_session(&provider, &email).await?;
    backend.profile().sessions.push(opened.session.id.clone());
    let for_browser = json!({
        "server": backend.server.url(), "session": opened.session.id, "token": opened.client_token.token,
    });
    Ok((StatusCode::CREATED, Json(for_browser)).into_response())
}

/// The profile as the page shows it.
pub(super) async fn show(State(backend): State<Arc<Backend>>) -> Json<Value> {
    Json(view(&backend))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Choice {
    session: String,
    photo_id: String,
}

/// Remembers the chosen photo after asking the headshot server about it: a browser's word alone counts for nothing.
pub(super) async fn choose_photo(State(backend): State<Arc<Backend>>, body: Bytes) -> Result<Json<Value>, Problem> {
    let choice: Choice = parsed(&body)?;
    if !backend.profile().sessions.contains(&choice.session) {
        return Err(SESSION_UNKNOWN);
    }
    let chosen = ProfilePhoto { session: choice.session, id: choice.photo_id };
    link(&backend, &chosen).await?;
    backend.profile().photo = Some(chosen);
    Ok(Json(view(&backend)))
}

/// Leads to the photo by a fresh link; the links themselves end, so none is kept.
pub(super) async fn photo(State(backend): State<Arc<Backend>>) -> Result<Response, Problem> {
    let photo = backend.profile().photo.clone().ok_or(PHOTO_UNKNOWN)?;
    let link = link(&backend, &photo).await?;
    Ok((StatusCode::FOUND, [(header::LOCATION, link)]).into_response())
}

async fn link(backend: &Backend, photo: &ProfilePhoto) -> Result<String, Problem> {
    let session = backend.server.session(&photo.session).await?;
    let found = session.photos.into_iter().find(|known| known.id == photo.id);
    Ok(found.ok_or(PHOTO_UNKNOWN)?.url)
}

fn parsed<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| BODY_MALFORMED)
}

fn view(backend: &Backend) -> Value {
    let profile = backend.profile();
    // The photo's id in the query makes browsers fetch anew when the choice changes.
    let photo_url = profile.photo.as_ref().map(|photo| format!("/app/profile/photo?photo={}", photo.id));
    json!({
        "name": "Ada Lovelace",
        "title": "Principal engineer, analytical engines",
        "photoUrl": photo_url,
        "session": profile.sessions.last(),
        "providers": backend.providers,
    })
}
