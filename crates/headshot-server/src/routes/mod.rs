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
mod openapi;
mod path;
mod photos;
mod read_session;
mod refusals;
mod uploads;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::{Code, Error};
use crate::pace;

/// The server as a service: every route, tested without a socket.
pub fn app(app: Arc<App>) -> Router {
    let (router, document) = public(&app).split_for_parts();
    router
        .merge(console::router(&app))
        .fallback(async || Error::from(Code::RouteUnknown))
        .layer(CatchPanicLayer::custom(around::after_panic))
        .layer(from_fn(around::keep_places))
        .layer(from_fn_with_state(Arc::clone(&app), around::log))
        .layer(Extension(openapi::Document::finish(document, &app)))
        .with_state(app)
}

/// What the document describes: no route of these can be without its description.
fn public(app: &Arc<App>) -> OpenApiRouter<Arc<App>> {
    let routes = OpenApiRouter::with_openapi(openapi::Description::openapi())
        .routes(routes!(open_session::open_session))
        .routes(routes!(client_tokens::mint_client_token))
        .routes(routes!(deliveries::record_delivery))
        .routes(routes!(deliveries::record_callback))
        .routes(routes!(events::read_events))
        .routes(routes!(health::is_alive))
        .routes(routes!(health::is_ready));
    held(app, routes)
        .merge(for_browsers(app))
        .layer(from_fn(|request, next| around::time_limit(pace::LONGEST_REQUEST, request, next)))
        .merge(for_photos_of_browsers(app))
}

/// What a page may read.
fn for_browsers(app: &Arc<App>) -> OpenApiRouter<Arc<App>> {
    let routes = OpenApiRouter::new()
        .routes(routes!(read_session::read_session, delete_session::delete_session))
        .routes(routes!(photos::show_photo))
        .routes(routes!(openapi::show_document));
    held(app, routes).layer(cors().allow_methods([Method::GET]).allow_headers([
        header::AUTHORIZATION,
        header::IF_NONE_MATCH,
        HeaderName::from_static("prefer"),
    ]))
}

/// What a page may do with the person's photos; they come as slowly as the person's network is.
fn for_photos_of_browsers(app: &Arc<App>) -> OpenApiRouter<Arc<App>> {
    let routes = OpenApiRouter::new()
        .routes(routes!(uploads::add_upload, uploads::list_uploads))
        .routes(routes!(uploads::withdraw_upload))
        .routes(routes!(uploads::submit_uploads));
    held(app, routes)
        .layer(cors().allow_methods([Method::GET, Method::POST, Method::DELETE]).allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("content-md5"),
        ]))
        .layer(from_fn(|request, next| around::time_limit(pace::LONGEST_UPLOAD, request, next)))
}

/// Holds routes to the rate of who asks, and answers methods that they do not know.
fn held(app: &Arc<App>, described: OpenApiRouter<Arc<App>>) -> OpenApiRouter<Arc<App>> {
    let (routes, document) = described.split_for_parts();
    let routes = routes
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(app), around::hold_to_rate));
    let mut described = OpenApiRouter::from(routes);
    *described.get_openapi_mut() = document;
    described
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
