use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;

/// `GET /healthz`: the process lives.
pub(super) async fn is_alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the store takes writes, shown by a write within the last second.
pub(super) async fn is_ready(State(app): State<Arc<App>>) -> Result<Json<Value>, Error> {
    app.readiness.check(&app.store, app.now()).await?;
    Ok(Json(json!({ "status": "ready" })))
}
