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
    /// What the server does without, where it is not all well.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

impl Health {
    fn of(status: &'static str) -> Json<Self> {
        Json(Self { status, code: None })
    }
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
    Health::of("ok")
}

refusals!(NotReady: ServerBusy, ServerStopping, StoreUnavailable);

/// Is it ready?
///
/// Says that the store takes writes, shown by a write within the last second, and that the server goes on. While photos can
/// be neither kept nor shown, because their folder or their storage is away, it is `degraded` with the code
/// `photos_unavailable`: deliveries and sessions are served all the same, so that a balancer has no reason to look for
/// another server.
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
    let Err(reason) = app.readiness.check(&app.store, &app.files, app.now()).await?.photos else {
        return Ok(Health::of("ready"));
    };
    let code = "photos_unavailable";
    if app.bursts.begins(code.into()) {
        tracing::warn!(code, reason, "ready, but photos can be neither kept nor shown");
    }
    Ok(Json(Health { status: "degraded", code: Some(code) }))
}
