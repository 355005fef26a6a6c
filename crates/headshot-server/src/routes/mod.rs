//! The whole URL table, and what every route shares.

mod access;
mod around;
mod body;
mod client_tokens;
mod delete_session;
mod deliveries;
mod events;
mod failures;
mod health;
mod open_session;
mod path;
mod photos;
mod read_session;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::app::App;
use crate::error::{Code, Error};

/// The server as a service: every route, tested without a socket.
pub fn app(app: Arc<App>) -> Router {
    let for_browsers = Router::new()
        .route("/v1/sessions/{id}", get(read_session::read_session).delete(delete_session::delete_session))
        .route("/v1/photos/{id}", get(photos::show_photo))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(cors());
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
        .merge(for_browsers)
        .fallback(async || Error::from(Code::RouteUnknown))
        .layer(CatchPanicLayer::custom(around::after_panic))
        .layer(from_fn(around::keep_places))
        .layer(from_fn(around::time_limit))
        .layer(from_fn_with_state(Arc::clone(&app), around::log))
        .with_state(app)
}

/// The layer that knows the route's methods adds the `Allow` header.
async fn method_not_allowed() -> Error {
    Error::from(Code::MethodNotAllowed)
}

/// Any page may ask: what counts is the token or the signature, and cookies are never looked at.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET])
        .allow_headers([header::AUTHORIZATION, header::IF_NONE_MATCH, HeaderName::from_static("prefer")])
        .expose_headers([header::ETAG, HeaderName::from_static("preference-applied"), header::RETRY_AFTER])
        .max_age(Duration::from_hours(24))
}
