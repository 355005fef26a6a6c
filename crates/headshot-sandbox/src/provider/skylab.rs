//! Skylab Studio, as far as its documents describe the API \[k-openapi\] and the webhooks \[004\]\[k-hmac\].
//!
//! Marks such as \[004\] name the document that a fact comes from; see the crate's README for the list.

mod account;
mod api;
mod books;
mod config;
mod control;
mod job;
mod lifecycle;
mod notice;
mod photo;
mod profile;
mod refusal;
mod signature;
mod storage;
mod view;
mod xml;

use std::sync::Arc;

use axum::{Router, routing::get};

pub use config::{Config, Envelope, Format, WrongKey};
pub use signature::sign;

use self::account::Account;
use crate::{
    running::{ListenError, Running},
    stand_in::World,
};

pub(crate) async fn start(config: Config, world: &World) -> Result<Running, ListenError> {
    Running::start(config.listen, "--skylab-listen", |listen| router(Config { listen, ..config }, world)).await
}

pub(crate) fn router(config: Config, world: &World) -> Router {
    let account = Account::new(config, world.clone());
    Router::new()
        .route("/", get(INDEX))
        .nest("/api/public/v1", api::router(&account))
        .merge(storage::router(&account))
        .nest("/sandbox", control::router())
        .with_state(Arc::clone(&account))
}

const INDEX: &str = "headshot-sandbox: a stand-in for Skylab Studio, for development and tests

  /sandbox                 a page that shows what happened, and makes things happen
  /api/public/v1/…         the API
  /storage/…               what presigned URLs lead to
";
