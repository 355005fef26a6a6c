//! Scale Headshots by Snapbar, as far as its documents describe the API \[003\]\[s-postman\].
//!
//! Marks such as \[003\] name the document that a fact comes from; see the crate's README for the list, and for how much
//! is assumed: no public document shows an answer of this API.

mod account;
mod api;
mod capture;
mod config;
mod contact;
mod control;
mod image;
mod lifecycle;
mod refusal;
mod session;
mod token;
mod view;
mod webhook;

use std::sync::Arc;

use axum::{Router, routing::get};

pub use config::{Algorithm, Claims, Config, Payload, ReadOnly};
pub use token::token;

use self::account::Account;
use crate::{
    running::{ListenError, Running},
    stand_in::World,
};

pub(crate) async fn start(config: Config, world: &World) -> Result<Running, ListenError> {
    Running::start(config.listen, "--scale-listen", |listen| router(Config { listen, ..config }, world)).await
}

pub(crate) fn router(config: Config, world: &World) -> Router {
    let account = Account::new(config, world.clone());
    Router::new()
        .route("/", get(INDEX))
        .nest("/api/v2", api::router(&account))
        .merge(capture::router())
        .merge(image::router(&account))
        .nest("/sandbox", control::router())
        .with_state(Arc::clone(&account))
}

const INDEX: &str = "headshot-sandbox: a stand-in for Scale Headshots, for development and tests

  /sandbox                 a page that shows what happened, and makes things happen
  /api/v2/…                the API
  /s/…                     where the link of a studio session leads
  /studio/stu_sandbox      the public page of the studio
";
