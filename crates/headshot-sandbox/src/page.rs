//! What the hosted pages of the stand-ins share.

use axum::{
    Router,
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};

/// Nothing comes from elsewhere.
pub(crate) const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
         form-action 'none'; base-uri 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()"),
];

/// The page for a link that leads nowhere.
pub(crate) const GONE: &str = include_str!("../pages/gone.html");

const STYLE: &str = include_str!("../pages/studio.css");
const CAMERA: &str = include_str!("../pages/camera.js");

/// The files that the pages share, beside one script of a provider's own.
pub(crate) fn files<S: Clone + Send + Sync + 'static>(name: &str, script: &'static str) -> Router<S> {
    Router::new()
        .route("/studio-files/studio.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/studio-files/camera.js", get(async || file("text/javascript; charset=utf-8", CAMERA)))
        .route(&format!("/studio-files/{name}"), get(async move || file("text/javascript; charset=utf-8", script)))
}

/// A file of a page, which browsers ask for again every time.
pub(crate) fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}
