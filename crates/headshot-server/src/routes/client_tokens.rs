use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headshot_api::{ClientToken, State as SessionState};

use super::access;
use super::path::Segment;
use super::refusals::refusals;
use crate::app::App;
use crate::client_token;
use crate::error::{Code, Error};
use crate::ids::SessionId;

refusals!(Refusals: CredentialsMissing, ApiKeyRefused, TooManyRequests, RouteUnknown, SessionUnknown, SessionDeleted, ServerBusy,
    StoreUnavailable);

/// Mint a client token
///
/// One more token for a browser, after a reload or when the first expired. It reads this session, and uploads to it, for
/// 24 hours.
#[utoipa::path(
    post,
    path = "/v1/sessions/{id}/client-tokens",
    tag = "sessions",
    security(("host_key" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 201, description = "The new token; those before it work on.", body = ClientToken), Refusals),
)]
pub(super) async fn mint_client_token(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, Error> {
    access::host_application(&app, &headers)?;
    let id = SessionId::parse(&id).ok_or(Code::SessionUnknown)?;
    let session = app.store.session(&id).await?.ok_or(Code::SessionUnknown)?;
    if session.standing.state == SessionState::Deleted {
        return Err(Code::SessionDeleted.into());
    }
    let (token, kept) = client_token::mint(app.now());
    app.store.add_client_token(&id, kept).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(token)).into_response())
}
