//! A headshot server, a provider's page and a host's pages that misbehave as a test wants them to.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use axum::{
    Router,
    extract::{Path, Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{any, get},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::pages::{Pages, lock, serve, typed};

/// How the headshot server answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// With this session. A request that may wait for a change is held until there is one.
    Session(Value),
    /// With this session for whoever brings this token, and a refusal for others.
    SessionForToken(String, Value),
    /// Not at first, and then with this session.
    SessionAfterFailure(Value),
    /// Not at all, as far as a page can see: an answer without CORS headers reads like none.
    Nothing,
    /// With this status.
    Status(u16),
}

/// What reached the headshot server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The request's path.
    pub path: String,
    /// Its `Authorization`.
    pub authorization: String,
    /// Whether it was willing to wait.
    pub waits: bool,
}

/// The three servers; they end when this is dropped.
pub struct StandIn {
    /// The host's pages.
    pub host: String,
    /// The headshot server.
    pub server: String,
    /// The provider's pages: `/studio` is a good one, the others are named after what is wrong with them.
    pub studio: String,
    /// The same pages at another origin, where `/redirect` leads.
    pub studio_after_redirect: String,
    world: Arc<World>,
    servers: Vec<JoinHandle<()>>,
}

struct World {
    pages: Pages,
    answers: watch::Sender<Answers>,
    asked: Mutex<Vec<Asked>>,
    visits: AtomicUsize,
    studio_after_redirect: String,
}

impl StandIn {
    /// Starts them on free loopback ports.
    ///
    /// # Errors
    ///
    /// When there is no port.
    pub async fn start() -> Result<Self> {
        let host = TcpListener::bind("127.0.0.1:0").await?;
        let server = TcpListener::bind("127.0.0.1:0").await?;
        let studio = TcpListener::bind("127.0.0.1:0").await?;
        let studio_port = studio.local_addr()?.port();
        let studio_after_redirect = format!("http://localhost:{studio_port}");
        let world = Arc::new(World {
            pages: Pages::new(),
            answers: watch::Sender::new(Answers::Status(404)),
            asked: Mutex::default(),
            visits: AtomicUsize::default(),
            studio_after_redirect: studio_after_redirect.clone(),
        });
        Ok(Self {
            host: format!("http://localhost:{}", host.local_addr()?.port()),
            server: format!("http://localhost:{}", server.local_addr()?.port()),
            studio: format!("http://127.0.0.1:{studio_port}"),
            studio_after_redirect,
            servers: vec![
                serve(host, Router::new().fallback(page).with_state(Arc::clone(&world))),
                serve(server, headshot_server().with_state(Arc::clone(&world))),
                serve(studio, provider().with_state(Arc::clone(&world))),
            ],
            world,
        })
    }

    /// Puts a page at `/name` of the host, with these headers.
    ///
    /// # Panics
    ///
    /// When a header cannot be written.
    pub fn put_page(&self, name: &str, headers: &[(&str, &str)], html: &str) {
        self.world.pages.put(format!("/{name}"), headers, format!("<!doctype html><meta charset=utf-8>{html}"));
    }

    /// Puts a file at `/name` of the host, of the kind that its ending says.
    pub fn put_file(&self, name: &str, text: &str) {
        self.world.pages.put(format!("/{name}"), &[], text.to_owned());
    }

    /// How the headshot server answers from now on; whoever waits hears of it.
    pub fn answer(&self, answers: Answers) {
        self.world.answers.send_replace(answers);
    }

    /// What reached the headshot server until now, apart from the browser's questions whether it may ask.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.world.asked).clone()
    }

    /// How often the provider's good page was asked for.
    #[must_use]
    pub fn visits(&self) -> usize {
        self.world.visits.load(Ordering::Relaxed)
    }

    /// A session that stands at `state`, with the provider's page at this path.
    #[must_use]
    pub fn session(&self, state: &str, studio_path: &str) -> Value {
        json!({
            "id": "ses_1", "provider": "headshotpro", "state": state, "providerStatus": state,
            "surface": {
                "kind": "frame",
                "url": format!("{}{studio_path}", self.studio),
                "origins": [self.studio, self.studio_after_redirect],
            },
            "testMode": true, "usualMinutes": 3, "photos": [],
            "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z",
        })
    }

    /// The element with all that it needs.
    #[must_use]
    pub fn element(&self) -> String {
        format!(r#"<headshot-embed server="{}" session="ses_1" token="hct_1"></headshot-embed>"#, self.server)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

async fn page(State(world): State<Arc<World>>, request: Request) -> Response {
    world.pages.answer(request.uri().path())
}

fn headshot_server() -> Router<Arc<World>> {
    Router::new().route("/v1/sessions/{id}", any(session)).route("/photos/{id}", get(photo))
}

async fn session(State(world): State<Arc<World>>, request: Request) -> Response {
    let mut answers = world.answers.subscribe();
    let waits = request.headers().contains_key("prefer");
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if request.method() == Method::OPTIONS && *answers.borrow() != Answers::Nothing {
        return (cors(), StatusCode::NO_CONTENT).into_response();
    }
    if request.method() != Method::OPTIONS {
        let path = request.uri().path().to_owned();
        lock(&world.asked).push(Asked { path, authorization: authorization.clone(), waits });
        if waits && matches!(*answers.borrow(), Answers::Session(_)) {
            let _ = answers.changed().await;
        }
    }
    let answer = answers.borrow().clone();
    match answer {
        Answers::SessionForToken(token, _) if !authorization.ends_with(&token) => {
            (cors(), StatusCode::UNAUTHORIZED).into_response()
        }
        Answers::SessionAfterFailure(session) => {
            world.answers.send_replace(Answers::Session(session));
            (cors(), StatusCode::SERVICE_UNAVAILABLE).into_response()
        }
        Answers::Nothing => StatusCode::BAD_GATEWAY.into_response(),
        Answers::Status(status) => (cors(), StatusCode::from_u16(status).unwrap_or_default()).into_response(),
        Answers::Session(session) | Answers::SessionForToken(_, session) => {
            (cors(), [(header::ETAG, "\"1\"")], typed("application/json", session.to_string())).into_response()
        }
    }
}

fn cors() -> [(&'static str, &'static str); 4] {
    [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "authorization, if-none-match, prefer"),
        ("access-control-expose-headers", "etag, retry-after"),
        ("cross-origin-resource-policy", "cross-origin"),
    ]
}

async fn photo(Path(_id): Path<String>) -> Response {
    const DOT: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="320" height="400"><rect width="320" height="400" fill="tan"/></svg>"#;
    (cors(), typed("image/svg+xml", DOT)).into_response()
}

fn provider() -> Router<Arc<World>> {
    Router::new().fallback(studio)
}

async fn studio(State(world): State<Arc<World>>, request: Request) -> Response {
    match request.uri().path() {
        "/redirect" => Redirect::to(&format!("{}/studio", world.studio_after_redirect)).into_response(),
        "/loop" => Redirect::to("/loop").into_response(),
        "/denied" => ([("x-frame-options", "DENY")], good_studio()).into_response(),
        "/forbidden" => StatusCode::FORBIDDEN.into_response(),
        "/broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "/empty" => StatusCode::NO_CONTENT.into_response(),
        "/silent" => std::future::pending().await,
        "/studio" => {
            world.visits.fetch_add(1, Ordering::Relaxed);
            good_studio()
        }
        _ => good_studio(),
    }
}

/// Asks for the camera at once and shows what came of it.
fn good_studio() -> Response {
    typed(
        "text/html",
        r#"<!doctype html><title>Studio</title><p id="camera">asked</p><script>
            navigator.mediaDevices.getUserMedia({ video: true })
                .then(() => { camera.textContent = "granted"; }, (error) => { camera.textContent = error.name; });
        </script>"#,
    )
}
