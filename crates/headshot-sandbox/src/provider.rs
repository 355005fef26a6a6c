//! The providers that the sandbox plays, one module each.

pub mod headshotpro;

use std::sync::Arc;

use axum::{Router, routing::get};

pub(crate) fn router(organization: &Arc<headshotpro::Organization>) -> Router {
    Router::new().route("/", get(INDEX)).merge(headshotpro::router(organization))
}

const INDEX: &str = "headshot-sandbox: a stand-in for headshot providers, for development and tests

HeadshotPro
  /api/v2/organization/…   the API (/api/v1 answers too)
  /auth/social?token=…     where a signed URL leads
  /sandbox/sessions        what happened so far, and how to make things happen
  /sandbox/deliveries      the webhooks and how they were answered
";
