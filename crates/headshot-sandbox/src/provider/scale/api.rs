//! The API for the account's own servers \[003\]\[s-dev2\].

mod contacts;
mod gate;
mod paging;
mod spelling;
mod studio_sessions;
mod submissions;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{account::Account, refusal::Refusal};
use crate::gate::pass;

type Answer = Result<Json<Value>, Refusal>;
type Created = Result<(StatusCode, Json<Value>), Refusal>;

pub(super) fn router(account: &Arc<Account>) -> Router<Arc<Account>> {
    Router::new()
        .route("/contacts", get(contacts::list).post(contacts::create))
        .route("/contacts/{id}", get(contacts::one).put(contacts::change).patch(contacts::change))
        .route("/submissions", get(submissions::list))
        .route("/submissions/{id}", get(submissions::one))
        .route("/studio_sessions", post(studio_sessions::create))
        .fallback(async || Refusal::new(StatusCode::NOT_FOUND, "No such endpoint"))
        .method_not_allowed_fallback(async || Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"))
        .layer(middleware::from_fn_with_state(Arc::clone(account), refuse_changes))
        .layer(middleware::from_fn_with_state(Arc::clone(account), pass::<Account>))
        .layer(middleware::from_fn_with_state(Arc::clone(account), spelling::spell))
}

/// One document lists calls that change something, another says that the API is read-only \[003\]\[s-help-api\].
async fn refuse_changes(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    match account.config.read_only {
        Some(read_only) if !request.method().is_safe() => {
            Refusal::new(read_only.status(), "The API is read-only for this account").into_response()
        }
        _ => next.run(request).await,
    }
}

pub(super) fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "The body is not the JSON that this takes"))
}
