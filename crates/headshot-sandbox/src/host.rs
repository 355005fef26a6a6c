//! A stand-in for a host application: one employee's profile page, and the backend that a host writes for it.
//!
//! The backend holds the secret key for the headshot server; the browser gets a client token for one session.

mod headshot_server;
mod problem;
mod profile;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use tower_http::services::{ServeDir, ServeFile};
use url::Url;

use self::{headshot_server::HeadshotServer, profile::Backend};
use crate::running::{ListenError, Running};

/// How the host application is set up. It holds a key, so it cannot be printed.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The folder with the static pages.
    pub pages: PathBuf,
    /// The headshot server, as backend and browser reach it.
    pub server: Url,
    /// The secret key for the headshot server.
    pub api_key: String,
    /// The providers that the page offers, the usual one first.
    pub providers: Vec<String>,
}

/// Listens and answers until the returned value is dropped.
///
/// # Errors
///
/// When the address cannot be listened on.
pub async fn start(config: Config) -> Result<Running, ListenError> {
    Running::start(config.listen, "--listen", |_| router(config)).await
}

/// All routes, for a server of one's own or for tests without a port.
pub fn router(config: Config) -> Router {
    let backend = Arc::new(Backend::new(HeadshotServer::new(&config.server, config.api_key), config.providers));
    let app = Router::new()
        .route("/headshot-session", post(profile::open_session))
        .route("/profile", get(profile::show))
        .route("/profile/photo", put(profile::choose_photo).get(profile::photo))
        .fallback(problem::route_unknown)
        .with_state(backend);
    let index = ServeFile::new(config.pages.join("index.html"));
    let pages = Router::new()
        .fallback_service(ServeDir::new(config.pages).fallback(index))
        .layer(middleware::from_fn(only_pages_fall_back));
    Router::new().nest("/app", app).fallback_service(pages).layer(middleware::from_fn(revalidated))
}

/// A page's own routes get `index.html`, a missing file does not: a script must never turn out to be HTML.
async fn only_pages_fall_back(request: Request, next: Next) -> Response {
    let name = request.uri().path().rsplit('/').next().unwrap_or_default();
    let is_file = Path::new(name).extension().is_some_and(|kind| kind != "html");
    let response = next.run(request).await;
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/html");
    if is_file && is_page { (StatusCode::NOT_FOUND, "no such file\n").into_response() } else { response }
}

/// Has browsers ask again every time, so that a rebuilt page is seen at once.
async fn revalidated(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
