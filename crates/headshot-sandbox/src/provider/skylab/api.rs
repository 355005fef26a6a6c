//! The API for the account's own servers \[k-openapi\].

mod gate;
mod jobs;
mod parameters;
mod photos;
mod profiles;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use self::parameters::Parameters;
use super::{account::Account, refusal::Refusal};
use crate::gate::pass;

pub(super) fn router(account: &Arc<Account>) -> Router<Arc<Account>> {
    Router::new()
        .route("/jobs", get(jobs::list).post(jobs::create))
        .route("/jobs/find_by_name", get(jobs::find_by_name))
        .route("/jobs/{id}", get(jobs::one).patch(jobs::change).put(jobs::change).delete(jobs::remove))
        .route("/jobs/{id}/queue", post(jobs::queue))
        .route("/jobs/{id}/cancel", post(jobs::cancel))
        .route("/jobs/{id}/jobs_in_front", get(jobs::in_front))
        .route("/jobs/{id}/photo_ids", get(jobs::photo_ids))
        .route("/photos", post(photos::create))
        .route("/photos/upload_url", get(photos::upload_url))
        .route("/photos/list_for_job", get(photos::list_for_job))
        .route("/photos/{id}", get(photos::one).delete(photos::remove))
        .route("/profiles", get(profiles::list).post(profiles::create))
        .route(
            "/profiles/{id}",
            get(profiles::one).patch(profiles::change).put(profiles::change).delete(profiles::remove),
        )
        .fallback(async || NO_ROUTE)
        .method_not_allowed_fallback(async || NO_ROUTE)
        .layer(middleware::from_fn_with_state(Arc::clone(account), pass::<Account>))
}

const NO_ROUTE: Refusal = Refusal::NotFound("Route");
/// How many a page of a list holds \[k-php\].
const PAGE: usize = 30;

/// One page of a list, the newest first.
fn page<T>(all: impl DoubleEndedIterator<Item = T>, parameters: &Parameters) -> Result<Vec<T>, Refusal> {
    let page = usize::try_from(parameters.id("page")?.unwrap_or(1)).unwrap_or(usize::MAX).max(1);
    Ok(all.rev().skip((page - 1).saturating_mul(PAGE)).take(PAGE).collect())
}
