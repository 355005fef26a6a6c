//! A headshot server for uploads, and a host page, that behave as a test wants them to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use anyhow::Result;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::pages::{Pages, lock, serve, typed};

/// How the headshot server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// As it should.
    Well,
    /// Not at all, as far as a page can see: an answer without CORS headers reads like none.
    Nothing,
    /// Photos only when it is told to answer otherwise.
    Late,
    /// Photos and submissions with this status and code.
    Refusal(u16, &'static str),
}

/// The two servers; they end when this is dropped.
pub struct UploadServer {
    /// The host's page.
    pub host: String,
    /// The headshot server.
    pub server: String,
    world: Arc<World>,
    servers: Vec<JoinHandle<()>>,
}

/// A photo that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The server's id of it.
    pub id: String,
    /// The name that it was sent with.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether the provider takes it.
    pub is_refused: bool,
}

struct World {
    pages: Pages,
    answers: watch::Sender<Answers>,
    token: Mutex<String>,
    uploads: Mutex<Vec<Upload>>,
    requests: Mutex<Vec<String>>,
    is_submitted: watch::Sender<bool>,
}

impl UploadServer {
    /// Starts them on free loopback ports.
    ///
    /// # Errors
    ///
    /// When there is no port.
    pub async fn start() -> Result<Self> {
        let (host, server) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let world = Arc::new(World {
            pages: Pages::new(),
            answers: watch::Sender::new(Answers::Well),
            token: Mutex::new("hct_1".into()),
            uploads: Mutex::default(),
            requests: Mutex::default(),
            is_submitted: watch::Sender::new(false),
        });
        Ok(Self {
            host: format!("http://localhost:{}", host.local_addr()?.port()),
            server: format!("http://localhost:{}", server.local_addr()?.port()),
            servers: vec![serve(host, pages(&world)), serve(server, api(&world))],
            world,
        })
    }

    /// The host's page, with these headers.
    ///
    /// # Panics
    ///
    /// When a header cannot be written.
    pub fn put_page(&self, headers: &[(&str, &str)], html: &str) {
        self.world.pages.put("/".to_owned(), headers, html.to_owned());
    }

    /// A file beside the page: a script or a style sheet.
    pub fn put_file(&self, name: &str, text: &str) {
        self.world.pages.put(format!("/{name}"), &[], text.to_owned());
    }

    /// How the headshot server answers from now on; whoever waits hears of it.
    pub fn answer(&self, answers: Answers) {
        self.world.answers.send_replace(answers);
    }

    /// The only token that counts from now on.
    pub fn demand_token(&self, token: &str) {
        token.clone_into(&mut lock(&self.world.token));
    }

    /// Has the provider refuse what arrived under this name, and the session wait for another photo.
    pub fn refuse_upload(&self, name: &str) {
        lock(&self.world.uploads)
            .iter_mut()
            .filter(|upload| upload.name == name)
            .for_each(|upload| upload.is_refused = true);
        self.world.is_submitted.send_replace(false);
    }

    /// Whoever waits for news of the session is answered with what is known already.
    pub fn tell_again(&self) {
        self.world.is_submitted.send_modify(|_| {});
    }

    /// What arrived, in order.
    #[must_use]
    pub fn uploads(&self) -> Vec<Upload> {
        lock(&self.world.uploads).clone()
    }

    /// Whether the photos were handed in.
    #[must_use]
    pub fn is_submitted(&self) -> bool {
        *self.world.is_submitted.borrow()
    }

    /// Every request that was let through, as method and path.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        lock(&self.world.requests).clone()
    }
}

impl Drop for UploadServer {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

fn pages(world: &Arc<World>) -> Router {
    Router::new().fallback(page).with_state(Arc::clone(world))
}

async fn page(State(world): State<Arc<World>>, request: Request) -> Response {
    world.pages.answer(request.uri().path())
}

fn api(world: &Arc<World>) -> Router {
    Router::new()
        .route("/v1/sessions/ses_1", get(session))
        .route("/v1/sessions/ses_1/uploads", get(list).post(add))
        .route("/v1/sessions/ses_1/uploads/{upload}", delete(withdraw))
        .route("/v1/sessions/ses_1/submit", post(submit))
        .fallback(async || problem(404, "session_unknown"))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(world), around))
        .with_state(Arc::clone(world))
}

/// What every route has in common: the test's wishes, CORS, and the token.
async fn around(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let answers = world.answers.borrow().clone();
    if answers == Answers::Nothing {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if request.method() == Method::OPTIONS {
        return (cors(), StatusCode::NO_CONTENT).into_response();
    }
    let token = format!("Bearer {}", lock(&world.token));
    let is_post = request.method() == Method::POST;
    lock(&world.requests).push(format!("{} {}", request.method(), request.uri()));
    let response = match answers {
        _ if request.headers().get(header::AUTHORIZATION).is_none_or(|value| *value != *token) => {
            problem(401, "client_token_expired")
        }
        Answers::Refusal(status, code) if is_post => problem(status, code),
        _ => next.run(request).await,
    };
    (cors(), response).into_response()
}

fn cors() -> [(&'static str, &'static str); 4] {
    [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, POST, DELETE"),
        ("access-control-allow-headers", "authorization, content-type, if-none-match, prefer"),
        ("access-control-expose-headers", "etag, retry-after"),
    ]
}

/// A request that may wait for a change is held until there is one.
async fn session(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let mut submitted = world.is_submitted.subscribe();
    if headers.contains_key("prefer") {
        let _ = submitted.changed().await;
    }
    let is_submitted = *submitted.borrow();
    let state = if is_submitted { "processing" } else { "awaiting_user" };
    let session = json!({
        "id": "ses_1", "provider": "skylab", "state": state, "providerStatus": state, "testMode": true, "photos": [],
        "surface": { "kind": "upload", "limits": limits() },
        "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z",
    });
    ([(header::ETAG, format!("\"{is_submitted}\""))], Json(session)).into_response()
}

fn limits() -> Value {
    json!({
        "photos": 5, "bytes": 27_000_000, "pixels": 27_000_000, "longestSide": 6_400,
        "mediaTypes": ["image/jpeg", "image/png"],
    })
}

async fn list(State(world): State<Arc<World>>) -> Json<Value> {
    let uploads: Vec<Value> = lock(&world.uploads).iter().map(Upload::as_json).collect();
    Json(json!({ "uploads": uploads, "isOpen": !*world.is_submitted.borrow(), "limits": limits() }))
}

async fn add(State(world): State<Arc<World>>, Query(query): Query<HashMap<String, String>>, body: Bytes) -> Response {
    let mut answers = world.answers.subscribe();
    let _ = answers.wait_for(|answers| *answers != Answers::Late).await;
    let mut uploads = lock(&world.uploads);
    if let Some(upload) = uploads.iter().find(|upload| upload.bytes == body) {
        return Json(upload.as_json()).into_response();
    }
    let name = query.get("name").cloned().unwrap_or_default();
    if uploads.iter().any(|upload| upload.name == name) {
        return problem(409, "upload_name_taken");
    }
    let upload = Upload { id: format!("upl_{name}"), name, bytes: body.to_vec(), is_refused: false };
    uploads.push(upload.clone());
    (StatusCode::CREATED, Json(upload.as_json())).into_response()
}

async fn withdraw(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let mut uploads = lock(&world.uploads);
    let before = uploads.len();
    uploads.retain(|upload| upload.id != id);
    if uploads.len() < before { StatusCode::NO_CONTENT.into_response() } else { problem(404, "upload_unknown") }
}

async fn submit(State(world): State<Arc<World>>) -> Response {
    let uploads = lock(&world.uploads);
    if uploads.iter().any(|upload| upload.is_refused) {
        return problem(409, "upload_refused");
    }
    world.is_submitted.send_replace(true);
    (StatusCode::ACCEPTED, Json(json!({ "id": "ses_1" }))).into_response()
}

impl Upload {
    fn as_json(&self) -> Value {
        let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
        let sha256: String = Sha256::digest(&self.bytes).into_iter().flat_map(digits).flatten().collect();
        let state = if self.is_refused { "refused" } else { "received" };
        json!({ "id": self.id, "name": self.name, "state": state, "bytes": self.bytes.len(), "sha256": sha256 })
    }
}

fn problem(status: u16, code: &str) -> Response {
    let body = json!({ "status": status, "code": code }).to_string();
    let status = StatusCode::from_u16(status).unwrap_or_default();
    (status, typed("application/problem+json", body)).into_response()
}
