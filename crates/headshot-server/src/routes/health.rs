use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::refusals;
use crate::app::App;
use crate::error::{Code, Error};

/// That the server is well.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// One word.
    status: &'static str,
}

refusals!(NotAlive: ServerBusy);

/// Does it live?
///
/// Says that the process lives and answers.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "health",
    responses((status = 200, description = "It lives.", body = Health, example = json!({ "status": "ok" })), NotAlive),
)]
pub(super) async fn is_alive() -> Json<Health> {
    Json(Health { status: "ok" })
}

refusals!(NotReady: ServerBusy, ServerStopping, StoreUnavailable);

/// Is it ready?
///
/// Says that the store takes writes, shown by a write within the last second, and that the server goes on.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses(
        (status = 200, description = "It is ready.", body = Health, example = json!({ "status": "ready" })),
        NotReady,
    ),
)]
pub(super) async fn is_ready(State(app): State<Arc<App>>) -> Result<Json<Health>, Error> {
    if app.places.are_phased_out() {
        return Err(Error::from(Code::ServerStopping).header(RETRY_AFTER, 5));
    }
    app.readiness.check(&app.store, app.now()).await?;
    Ok(Json(Health { status: "ready" }))
}
