//! The API for the organization's own servers \[000\]\[h-models\]\[h-photos\]\[h-org\].

mod account;
mod gate;
mod models;
mod photos;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State, rejection::QueryRejection},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use http_body_util::{BodyExt, Collected};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{organization::Organization, refusal::Refusal};
use crate::gate::pass;

pub(super) fn router(organization: &Arc<Organization>) -> Router<Arc<Organization>> {
    Router::new()
        .route("/organization", get(account::organization))
        .route("/organization/credits", get(account::credits))
        .route("/organization/teams", get(account::teams))
        .route("/organization/models", get(models::list).post(models::create))
        .route("/organization/models/{model}", get(models::one).delete(models::remove))
        .route("/organization/models/{model}/photos", get(photos::list))
        .route("/organization/models/{model}/photos/favorite", get(photos::favorite))
        .route("/organization/models/{model}/photos/download", post(photos::download))
        .route("/organization/models/{model}/photos/{photo}", get(photos::one))
        .route("/organization/photos/favorites", get(photos::favorites))
        .route("/organization/whitelabel/model/create", post(models::create))
        .route("/organization/whitelabel/model/get/{model}", get(models::one))
        .route("/organization/whitelabel/model/delete/{model}", delete(models::remove))
        .fallback(async || NO_ROUTE)
        .method_not_allowed_fallback(async || NO_ROUTE)
        .layer(middleware::from_fn_with_state(Arc::clone(organization), wrap))
        .layer(middleware::from_fn_with_state(Arc::clone(organization), pass::<Organization>))
}

/// Puts everything but `success` of an answer into `data`, if the organization is told to: the guides say so \[h-start\],
/// the pages of the resources do not.
async fn wrap(State(organization): State<Arc<Organization>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !organization.wraps_data || !response.status().is_success() {
        return response;
    }
    // Nothing but its body is lost: the rate is told further out.
    let body = response.into_body().collect().await.map(Collected::to_bytes).unwrap_or_default();
    let mut data: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    data.remove("success");
    Json(json!({ "success": true, "data": data })).into_response()
}

const NO_ROUTE: Refusal = Refusal::NotFound("No such endpoint");

/// Which part of a list to show.
#[derive(Clone, Copy, Deserialize)]
struct Page {
    limit: Option<usize>,
    #[serde(default)]
    offset: usize,
}

impl Page {
    const DEFAULT: usize = 50;
    const LARGEST: usize = 200;

    /// Cuts the page out of `all` and describes it as the provider does.
    fn cut<T>(self, all: Vec<T>) -> (Vec<T>, Value) {
        let limit = self.limit.unwrap_or(Self::DEFAULT).clamp(1, Self::LARGEST);
        let (total, offset) = (all.len(), self.offset);
        let part: Vec<T> = all.into_iter().skip(offset).take(limit).collect();
        let more = offset.saturating_add(part.len()) < total;
        (part, json!({ "total": total, "limit": limit, "offset": offset, "hasMore": more }))
    }
}

fn bad_query(_: QueryRejection) -> Refusal {
    Refusal::InvalidRequest("A query parameter has a value that is not allowed")
}
