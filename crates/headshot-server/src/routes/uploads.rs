use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use headshot_api::{Session, Upload, UploadLimits, Uploads};
use serde::Deserialize;
use utoipa::IntoParams;

use super::openapi::Binary;
use super::path::{Pair, Segment};
use super::refusals::refusals;
use super::{access, failures};
use crate::app::App;
use crate::error::{Code, Error};
use crate::ids::{SessionId, UploadId};
use crate::provider::{Provider, TakesUploads};
use crate::serve::Place;
use crate::store::{KeptUpload, NewUpload, StoredSession, UploadBar};
use crate::{rules, uploads, view};

const LONGEST_NAME: usize = 200;

/// What the query of an upload says.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Naming {
    /// A name for the person, of 200 characters at most, that no other photo of the session has; without it, the upload's
    /// id. The provider never sees it.
    #[param(max_length = 200)]
    name: Option<String>,
}

refusals!(NotAdded: CredentialsMissing, ApiKeyRefused, TooManyRequests, ClientTokenRefused, ClientTokenExpired, RouteUnknown,
    SessionUnknown, SessionDeleted, SurfaceMismatch, ServerBusy, StoreUnavailable, SessionSubmitted,
    UploadsFull, UploadNameTaken, FieldInvalid, BodyMalformed, BodyTooLarge, MediaTypeUnsupported, ImageUnsupported,
    ImageTooLarge, DigestMismatch);

/// Upload a photo
///
/// The photo itself is the body; its type is found from its bytes, whatever `Content-Type` says. The limits are those of
/// the session's `surface`: at most 40 JPEG or PNG photos, each of at most 27,000,000 bytes and as many pixels, no side
/// longer than 6400. It may take five minutes to arrive.
#[utoipa::path(
    post,
    path = "/v1/sessions/{id}/uploads",
    tag = "uploads",
    security(("host_key" = []), ("client_token" = [])),
    params(
        ("id" = String, Path, description = "The session."),
        Naming,
        (
            "Content-MD5" = Option<String>,
            Header,
            description = "The MD5 of the body in base64 (RFC 1864): refused if other bytes came.",
        ),
    ),
    request_body(content((Binary = "image/jpeg"), (Binary = "image/png")), description = "The photo."),
    responses(
        (status = 200, description = "These bytes are there already: the upload that has them.", body = Upload),
        (status = 201, description = "It is kept, and would survive a power cut.", body = Upload),
        NotAdded,
    ),
)]
pub(super) async fn add_upload(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    naming: Result<Query<Naming>, QueryRejection>,
    place: Option<Extension<Arc<Place>>>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<Response, Error> {
    let place = place.map(|Extension(place)| place);
    let answer = keep_upload(&app, &id, naming, place, &headers, &mut body).await;
    if answer.is_err() {
        uploads::drain(&mut body).await;
    }
    answer
}

async fn keep_upload(
    app: &App,
    id: &str,
    naming: Result<Query<Naming>, QueryRejection>,
    place: Option<Arc<Place>>,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<Response, Error> {
    let (session, limits) = upload_session(app, headers, id).await?;
    let upload = UploadId::random();
    let name = name(naming, &upload)?;
    refuse_form(headers)?;
    if let Some(place) = place {
        place.passes_body_on();
    }
    app.store.reserve_upload(&session.id, &upload, app.now()).await??;
    let mut part = app.upload_files.new_part(upload.as_str()).await.map_err(uploads::of_disk)?;
    let picture = uploads::receive(headers, body, &mut part, &limits).await?;
    app.upload_files.keep(part).await.map_err(|error| failures::of_storage(&error))?;
    let new = NewUpload { id: upload, session: session.id, name, picture, received_at: app.now() };
    let KeptUpload { upload, is_new } = app.store.keep_upload(new, limits.photos).await??;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(view::upload(upload))).into_response())
}

refusals!(NotListed: CredentialsMissing, ApiKeyRefused, TooManyRequests, ClientTokenRefused, ClientTokenExpired, RouteUnknown,
    SessionUnknown, SessionDeleted, SurfaceMismatch, ServerBusy, StoreUnavailable);

/// List the uploads
///
/// What arrived, so that a client goes on where it was interrupted: `sha256` tells what it need not send again.
#[utoipa::path(
    get,
    path = "/v1/sessions/{id}/uploads",
    tag = "uploads",
    security(("host_key" = []), ("client_token" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses(
        (
            status = 200,
            description = "The uploads, and what else the session takes.",
            body = Uploads,
        ),
        NotListed,
    ),
)]
pub(super) async fn list_uploads(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (session, limits) = upload_session(&app, &headers, &id).await?;
    let uploads = app.store.uploads(&session.id).await?.into_iter().map(view::upload).collect();
    let is_open = rules::accepts_uploads(&session).is_ok();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Uploads { uploads, is_open, limits })).into_response())
}

refusals!(NotWithdrawn: CredentialsMissing, ApiKeyRefused, TooManyRequests, ClientTokenRefused, ClientTokenExpired, RouteUnknown,
    SessionUnknown, SessionDeleted, SurfaceMismatch, ServerBusy, StoreUnavailable, SessionSubmitted,
    UploadUnknown);

/// Take an upload back
///
/// Here, and from the provider if it has it.
#[utoipa::path(
    delete,
    path = "/v1/sessions/{id}/uploads/{upload}",
    tag = "uploads",
    security(("host_key" = []), ("client_token" = [])),
    params(
        ("id" = String, Path, description = "The session."),
        ("upload" = String, Path, description = "The upload."),
    ),
    responses((status = 204, description = "It is taken back."), NotWithdrawn),
)]
pub(super) async fn withdraw_upload(
    State(app): State<Arc<App>>,
    Pair(id, upload): Pair,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let (session, _) = upload_session(&app, &headers, &id).await?;
    let upload = UploadId::parse(&upload).ok_or(Code::UploadUnknown)?;
    app.store.withdraw_upload(&session.id, &upload, app.now()).await??;
    Ok(StatusCode::NO_CONTENT)
}

refusals!(NotSubmitted: CredentialsMissing, ApiKeyRefused, TooManyRequests, ClientTokenRefused, ClientTokenExpired, RouteUnknown,
    SessionUnknown, SessionDeleted, SurfaceMismatch, ServerBusy, StoreUnavailable, UploadsMissing,
    UploadRefused);

/// Submit the uploads
///
/// The person has no more photos. The server tells the provider to begin as soon as it has every one, however often that
/// must be tried. A second time is fine.
#[utoipa::path(
    post,
    path = "/v1/sessions/{id}/submit",
    tag = "uploads",
    security(("host_key" = []), ("client_token" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 202, description = "The session, which is now `processing`.", body = Session), NotSubmitted),
)]
pub(super) async fn submit_uploads(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (session, _) = upload_session(&app, &headers, &id).await?;
    app.store.submit_uploads(&session.id, app.now()).await??;
    let session = app.store.session(&session.id).await?.ok_or(Code::SessionUnknown)?;
    let shown = Json(view::session(&app, session, app.now()));
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], shown).into_response())
}

/// A living session that whoever asks may act for, and what its provider takes. There is no token that may read and not
/// upload: whoever holds one is the person, or acts for them.
async fn upload_session(app: &App, headers: &HeaderMap, id: &str) -> Result<(StoredSession, UploadLimits), Error> {
    let id: SessionId = access::reader(app, headers, id).await?;
    let session = app.store.session(&id).await?.ok_or(Code::SessionUnknown)?;
    let provider = app.provider(&session.provider);
    let limits = provider.as_deref().and_then(Provider::uploads).map(TakesUploads::limits);
    let limits = limits.ok_or_else(|| {
        Error::from(Code::SurfaceMismatch).detail(format!("{} has a page of its own for the person", session.provider))
    })?;
    if session.standing.state == headshot_api::State::Deleted {
        return Err(Code::SessionDeleted.into());
    }
    Ok((session, limits))
}

/// The name is for the person and their client: the provider is told another one.
fn name(naming: Result<Query<Naming>, QueryRejection>, upload: &UploadId) -> Result<String, Error> {
    let wrong = |detail: &str| Error::from(Code::FieldInvalid).detail(format!("the query's name {detail}"));
    let Query(Naming { name }) = naming.map_err(|_| wrong("could not be read"))?;
    let name = name.unwrap_or_else(|| upload.to_string());
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(wrong("is empty, longer than 200 characters, or holds one that is not to be seen"));
    }
    Ok(name)
}

/// The bytes decide what a photo is; only a form is known to be none.
fn refuse_form(headers: &HeaderMap) -> Result<(), Error> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/") {
        return Err(Error::from(Code::MediaTypeUnsupported).detail("the body must be the photo itself, not a form"));
    }
    Ok(())
}

impl From<UploadBar> for Error {
    fn from(bar: UploadBar) -> Self {
        Self::from(match bar {
            UploadBar::NoSession => Code::SessionUnknown,
            UploadBar::Deleted => Code::SessionDeleted,
            UploadBar::Submitted => Code::SessionSubmitted,
            UploadBar::Full => Code::UploadsFull,
            UploadBar::NameTaken => Code::UploadNameTaken,
            UploadBar::NoUpload => Code::UploadUnknown,
            UploadBar::Nothing => Code::UploadsMissing,
            UploadBar::OneRefused => Code::UploadRefused,
            UploadBar::TooLate => Code::RequestTimeout,
        })
    }
}
