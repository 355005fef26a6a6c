//! The sandbox's own routes, below `/sandbox`, the same for every provider: see what happened, and make things happen.

mod deliveries;
mod page;
mod refused;
mod sessions;
mod trouble;

use std::sync::Arc;

use axum::{
    Json, Router,
    routing::{get, post},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

pub(crate) use refused::{NOT_HERE, Refused};
pub(crate) use sessions::SessionView;

use crate::stand_in::StandIn;

pub(crate) type Answer = Result<Json<Value>, Refused>;

/// What a person or a test can do to the sessions of a provider; ids and statuses are the provider's words.
pub(crate) trait Controls: StandIn {
    /// The statuses that [`Controls::set_status`] takes.
    fn statuses() -> Vec<&'static str>;

    /// What only this provider has, for the page.
    fn own_actions() -> &'static [OwnAction];

    /// Where the API begins, as servers reach it.
    fn api_base(&self) -> String;

    /// Where webhooks go by default.
    fn webhook_url(&self) -> Option<String>;

    fn sessions(&self) -> Vec<SessionView>;

    fn session(&self, id: &str) -> Result<SessionView, Refused>;

    /// Hands in photos, as a person does.
    fn submit(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused>;

    /// Enters a status and stays there.
    fn set_status(self: &Arc<Self>, id: &str, status: &str) -> Result<SessionView, Refused>;

    /// Finishes the photos at once.
    fn complete(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused>;

    fn fail(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused>;

    /// Ends all links to photos that were made before.
    fn expire_links(&self, id: &str) -> Result<SessionView, Refused>;

    /// Deletes at the provider, as an admin there does.
    fn delete(&self, id: &str) -> Result<SessionView, Refused>;

    /// Chooses the photo that the person likes best.
    fn choose_favorite(&self, id: &str, photo: &str) -> Result<SessionView, Refused> {
        let _ = (id, photo);
        Err(NOT_HERE)
    }
}

/// A control of one provider's own.
#[derive(Serialize)]
pub(crate) struct OwnAction {
    pub(crate) label: &'static str,
    /// Below `/sandbox/`; with `{id}` for a session's.
    pub(crate) path: &'static str,
    /// The one field that the person is asked for.
    pub(crate) asks: Option<&'static str>,
}

/// The routes; a provider may merge more of its own.
pub(crate) fn router<P: Controls>(own: Router<Arc<P>>) -> Router<Arc<P>> {
    let controls = Router::new()
        .route("/", get(page::html))
        .route("/page.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/provider", get(page::provider::<P>))
        .route("/sessions", get(sessions::all::<P>))
        .route("/sessions/{id}", get(sessions::one::<P>).delete(sessions::delete::<P>))
        .route("/sessions/{id}/submit", post(sessions::submit::<P>))
        .route("/sessions/{id}/status", post(sessions::status::<P>))
        .route("/sessions/{id}/complete", post(sessions::complete::<P>))
        .route("/sessions/{id}/fail", post(sessions::fail::<P>))
        .route("/sessions/{id}/favorite", post(sessions::favorite::<P>))
        .route("/sessions/{id}/expire-links", post(sessions::expire_links::<P>))
        .route("/deliveries", get(deliveries::all::<P>))
        .route("/deliveries/{id}", get(deliveries::one::<P>))
        .route("/deliveries/{id}/resend", post(deliveries::resend::<P>))
        .route("/webhooks", get(deliveries::switch::<P>).put(deliveries::set_switch::<P>))
        .route("/answers", get(trouble::answers::<P>).post(trouble::order::<P>).delete(trouble::cancel_orders::<P>))
        .route("/faults", get(trouble::faults::<P>).put(trouble::set_plan::<P>).delete(trouble::end_plan::<P>));
    controls
        .merge(own)
        .fallback(async || Refused::not_found("No such control"))
        .method_not_allowed_fallback(async || Refused::not_found("No such control"))
}

/// A body that may be absent and then stands for an empty object.
pub(crate) fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Refused::invalid(format!("The body is not what this takes: {error}")))
}
