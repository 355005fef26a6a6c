//! `HeadshotPro`, as far as its documents describe the whitelabel product.
//!
//! Marks such as \[001\] name the document that a fact comes from; see the crate's README for the list.

mod api;
mod control;
mod delivery;
mod event;
mod lifecycle;
mod organization;
mod photo_link;
mod refusal;
mod session;
mod signature;
mod studio;

use std::sync::Arc;

use axum::Router;

pub(crate) use organization::Organization;
pub use signature::{InvalidScheme, Scheme, sign};
pub use studio::{MAXIMUM_PHOTOS, MINIMUM_PHOTOS};

pub(crate) fn router(organization: &Arc<Organization>) -> Router {
    let api = api::router(organization);
    Router::new()
        .nest("/api/v2", api.clone())
        .nest("/api/v1", api)
        .merge(photo_link::router())
        .merge(studio::router())
        .nest("/sandbox", control::router())
        .with_state(Arc::clone(organization))
}
