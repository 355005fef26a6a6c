//! The whole URL table, and what every route shares.

mod access;
mod around;
mod body;
mod client_tokens;
mod console;
mod delete_session;
mod deliveries;
mod events;
mod failures;
mod health;
mod open_session;
mod path;
mod photos;
mod read_session;
mod uploads;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::app::App;
use crate::error::{Code, Error};
use crate::pace;

/// The server as a service: every route, tested without a socket.
pub fn app(app: Arc<App>) -> Router {
    let delivery = post(deliveries::record_delivery).patch(deliveries::record_delivery);
    Router::new()
        .route("/v1/sessions", post(open_session::open_session))
        .route("/v1/sessions/{id}/client-tokens", post(client_tokens::mint_client_token))
        .route("/v1/webhooks/{provider}", delivery.clone())
        .route("/v1/webhooks/{provider}/{tail}", delivery)
        .route("/v1/events", get(events::read_events))
        .route("/healthz", get(health::is_alive))
        .route("/readyz", get(health::is_ready))
        .method_not_allowed_fallback(method_not_allowed)
        .merge(for_browsers())
        .merge(console::router(&app))
        .layer(from_fn(|request, next| around::time_limit(pace::LONGEST_REQUEST, request, next)))
        .merge(for_photos_of_browsers())
        .fallback(async || Error::from(Code::RouteUnknown))
        .layer(CatchPanicLayer::custom(around::after_panic))
        .layer(from_fn(around::keep_places))
        .layer(from_fn_with_state(Arc::clone(&app), around::log))
        .with_state(app)
}

/// What a page may read.
fn for_browsers() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/sessions/{id}", get(read_session::read_session).delete(delete_session::delete_session))
        .route("/v1/photos/{id}", get(photos::show_photo))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(cors().allow_methods([Method::GET]).allow_headers([
            header::AUTHORIZATION,
            header::IF_NONE_MATCH,
            HeaderName::from_static("prefer"),
        ]))
}

/// What a page may do with the person's photos; they come as slowly as the person's network is.
fn for_photos_of_browsers() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/sessions/{id}/uploads", post(uploads::add_upload).get(uploads::list_uploads))
        .route("/v1/sessions/{id}/uploads/{upload}", delete(uploads::withdraw_upload))
        .route("/v1/sessions/{id}/submit", post(uploads::submit_uploads))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(cors().allow_methods([Method::GET, Method::POST, Method::DELETE]).allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("content-md5"),
        ]))
        .layer(from_fn(|request, next| around::time_limit(pace::LONGEST_UPLOAD, request, next)))
}

/// The layer that knows the route's methods adds the `Allow` header.
async fn method_not_allowed() -> Error {
    Error::from(Code::MethodNotAllowed)
}

/// Any page may ask: what counts is the token or the signature, and cookies are never looked at.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .expose_headers([header::ETAG, HeaderName::from_static("preference-applied"), header::RETRY_AFTER])
        .max_age(Duration::from_hours(24))
}
