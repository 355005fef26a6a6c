//! `HeadshotPro`, as far as its documents describe the whitelabel product.
//!
//! Marks such as \[001\] name the document that a fact comes from; see the crate's README for the list.

mod api;
mod config;
mod control;
mod event;
mod lifecycle;
mod organization;
mod photo_link;
mod refusal;
mod session;
mod signature;
mod studio;
mod webhook;

use std::sync::Arc;

use axum::{Router, routing::get};

pub use config::{Config, Envelope, FavoritePlace, FurtherAttempts};
pub use signature::{InvalidScheme, Scheme, sign};
pub use studio::{MAXIMUM_PHOTOS, MINIMUM_PHOTOS};

use self::organization::Organization;
use crate::{
    running::{ListenError, Running},
    stand_in::World,
};

pub(crate) async fn start(config: Config, world: &World) -> Result<Running, ListenError> {
    Running::start(config.listen, "--listen", |listen| router(Config { listen, ..config }, world)).await
}

pub(crate) fn router(config: Config, world: &World) -> Router {
    let organization = Organization::new(config, world.clone());
    let api = api::router(&organization);
    Router::new()
        .route("/", get(INDEX))
        .nest("/api/v2", api.clone())
        .nest("/api/v1", api)
        .merge(photo_link::router(&organization))
        .merge(studio::router())
        .nest("/sandbox", control::router())
        .with_state(Arc::clone(&organization))
}

const INDEX: &str = "headshot-sandbox: a stand-in for HeadshotPro, for development and tests

  /sandbox                 a page that shows what happened, and makes things happen
  /api/v2/organization/…   the API (/api/v1 answers too)
  /auth/social?token=…     where a signed URL leads
";
