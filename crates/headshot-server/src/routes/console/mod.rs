//! The operator's page and what it asks for; off unless the settings say otherwise.

mod page;
mod records;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::{around, method_not_allowed};
use crate::app::App;
use crate::console::{Console, Page};
use crate::error::{Code, Error};
use crate::pace;

/// What the page may load and do: its own files, and requests to its own server.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
                      img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The headers of every answer below `/console`.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The console's routes, or none where it is off.
pub(super) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    if app.console.is_none() {
        return Router::new();
    }
    let data = Router::new()
        .route("/console/api/server", get(records::describe))
        .route("/console/api/replay", post(records::replay))
        .route("/console/api/{kind}", get(records::list))
        .route("/console/api/{kind}/{id}", get(records::show))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(app), only_signed_in));
    Router::new()
        .route("/console/api/sign-in", post(sign_in::sign_in))
        .route("/console/api/sign-out", post(sign_in::sign_out))
        .method_not_allowed_fallback(method_not_allowed)
        .merge(data)
        .layer(from_fn_with_state(Arc::clone(app), only_own_page_changes))
        .merge(page::router(Page::BUILT_IN))
        .layer(from_fn(add_headers))
        .layer(from_fn(|request, next| around::time_limit(pace::LONGEST_REQUEST, request, next)))
}

/// The console that the routes are there for.
fn console(app: &App) -> Result<&Console, Error> {
    app.console.as_ref().ok_or_else(|| Code::RouteUnknown.into())
}

async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn only_signed_in(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match console(&app) {
        Ok(console) if console.is_signed_in(&cookies(request.headers()), app.now()) => next.run(request).await,
        Ok(_) => Error::from(Code::ConsoleSignedOut).into_response(),
        Err(error) => error.into_response(),
    }
}

fn cookies(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
}

/// The cookie is sent by the console's own pages alone; browsers that know nothing of that are caught here.
async fn only_own_page_changes(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_from_own_page(&app, request.headers()) {
        next.run(request).await
    } else {
        Error::from(Code::OriginRefused).into_response()
    }
}

/// A browser names the page's origin in every request that is not safe: ours by the settings, or by the name that this
/// very request reached us by, as through a tunnel.
fn is_from_own_page(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_same_site = text(HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin");
    let is_own = |origin: &str| {
        let host = origin.split_once("://").map(|(_, host)| host);
        origin == app.origin() || host.is_some() && host == text(header::HOST)
    };
    is_same_site && text(header::ORIGIN).is_some_and(is_own)
}
