use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::path::Segment;
use super::refusals::refusals;
use super::{access, failures};
use crate::app::App;
use crate::error::{Code, Error};
use crate::ids::SessionId;
use crate::store::StoredSession;

const MAY_BE_DELETED: &str = "no answer came back; nothing was deleted here, so the request can be sent again";

refusals!(Refusals: CredentialsMissing, ApiKeyRefused, TooManyRequests, RouteUnknown, SessionUnknown, ProviderUnknown, ProviderRefused,
    ProviderUnreachable, ProviderBusy, ServerBusy, StoreUnavailable);

/// Delete a session
///
/// At the provider first, then here: its photos, links and payloads, and what the person uploaded. A tombstone without the
/// reference stays, so that the widget can say so. A second time is fine.
#[utoipa::path(
    delete,
    path = "/v1/sessions/{id}",
    tag = "sessions",
    security(("host_key" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It is deleted."), Refusals),
)]
pub(super) async fn delete_session(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    access::host_application(&app, &headers)?;
    let id = SessionId::parse(&id).ok_or(Code::SessionUnknown)?;
    let session = app.store.session(&id).await?.ok_or(Code::SessionUnknown)?;
    if session.removed_at.is_none() {
        // A client that hangs up must not leave it half done.
        let deleting = tokio::spawn(delete(Arc::clone(&app), session));
        deleting.await.map_err(|error| Error::from(Code::InternalError).cause(error))??;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(app: Arc<App>, session: StoredSession) -> Result<(), Error> {
    let provider = app
        .provider(&session.provider)
        .ok_or_else(|| Error::from(Code::ProviderUnknown).detail("the session's provider is no longer configured"))?;
    let deleted = provider.delete(&session.references).await;
    deleted.map_err(|error| failures::of_provider(&error, app.now(), MAY_BE_DELETED))?;
    app.store.remove_session(&session.id, app.now()).await?;
    Ok(())
}
