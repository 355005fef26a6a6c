use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headshot_api::{ClientToken, OpenSession, OpenedSession};
use jiff::Timestamp;
use url::Url;

use super::openapi::example;
use super::refusals::refusals;
use super::{access, body, failures};
use crate::app::App;
use crate::client_token;
use crate::error::{Code, Error};
use crate::ids::SessionId;
use crate::provider::{Opened, Provider};
use crate::references::References;
use crate::store::{NewSession, Offer, StoredSession};
use crate::view;

const LONGEST_REFERENCE: usize = 200;

const MAY_BE_OPEN: &str =
    "no answer came back; the session may exist at the provider, so the same address may be refused";

refusals!(Refusals: CredentialsMissing, ApiKeyRefused, TooManyRequests, BodyMalformed, FieldInvalid, BodyTooLarge, MediaTypeUnsupported,
    ProviderUnknown, ProviderRefused, ProviderUnreachable, ProviderBusy, EmailExists, SignedUrlRefused, ServerBusy,
    StoreUnavailable);

/// Open a session
///
/// Opens a session at the provider and answers with it and with a token for the person's browser. Which fields the
/// provider needs or takes depends on it: those that it has no use for are refused.
///
/// The server never repeats the call to the provider after a lost answer: after `provider_unreachable` the session may
/// exist there.
#[utoipa::path(
    post,
    path = "/v1/sessions",
    tag = "sessions",
    security(("host_key" = [])),
    request_body(
        content = OpenSession,
        description = "At most 16 KiB of JSON.",
        example = json!(example(include_str!("examples/open_session.json"))),
    ),
    responses(
        (
            status = 201,
            description = "The session is open.",
            body = OpenedSession,
            headers(("Location" = String, description = "The path of the session.")),
            example = json!(example(include_str!("examples/opened_session.json"))),
        ),
        Refusals,
    ),
)]
pub(super) async fn open_session(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    access::host_application(&app, &headers)?;
    let request: OpenSession = body::json(&headers, body).await?;
    let provider = app.provider(&request.provider).ok_or_else(|| unknown_provider(&app))?;
    check(provider.as_ref(), &request)?;
    // A client that hangs up must not leave a session at the provider that we do not know.
    let opening = tokio::spawn(open(Arc::clone(&app), provider, request));
    let opened = opening.await.map_err(|error| Error::from(Code::InternalError).cause(error))??;
    let location = format!("/v1/sessions/{}", opened.session.id);
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".into())];
    Ok((StatusCode::CREATED, headers, Json(opened)).into_response())
}

fn check(provider: &dyn Provider, request: &OpenSession) -> Result<(), Error> {
    let mut wrong = provider.check(request);
    if request.reference.as_ref().is_some_and(|reference| reference.chars().count() > LONGEST_REFERENCE) {
        wrong.push(("/reference", "is longer than 200 characters"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let invalid = Error::from(Code::FieldInvalid);
    Err(wrong.into_iter().fold(invalid, |error, (pointer, detail)| error.field(pointer, detail)))
}

fn unknown_provider(app: &App) -> Error {
    let credentials = app.credentials();
    let known: Vec<_> = credentials.providers.iter().map(|provider| provider.name()).collect();
    Error::from(Code::ProviderUnknown).field("/provider", format!("is not one of: {}", known.join(", ")))
}

async fn open(app: Arc<App>, provider: Arc<dyn Provider>, request: OpenSession) -> Result<OpenedSession, Error> {
    let id = SessionId::random();
    let opened = provider.open(&id, &request).await;
    let opened = opened.map_err(|error| failures::of_provider(&error, app.now(), MAY_BE_OPEN))?;
    let (references, now) = (opened.references.clone(), app.now());
    match keep(&app, provider.as_ref(), id, opened, request, now).await {
        Ok((stored, client_token)) => Ok(OpenedSession { session: view::session(&app, stored, now), client_token }),
        Err(error) => {
            discard(&app, provider.as_ref(), &references).await;
            Err(error)
        }
    }
}

async fn keep(
    app: &App,
    provider: &dyn Provider,
    id: SessionId,
    opened: Opened,
    request: OpenSession,
    now: Timestamp,
) -> Result<(StoredSession, ClientToken), Error> {
    let session = NewSession {
        id,
        provider: provider.name().to_owned(),
        offer: accepted(provider, opened.offer)?,
        references: opened.references,
        standing: opened.standing,
        test_mode: request.test_mode,
        reference: request.reference,
        opened_at: now,
    };
    let (client_token, kept_token) = client_token::mint(now);
    let stored = app.store.open_session(session, kept_token).await?;
    let stored = stored.ok_or_else(|| {
        Error::from(Code::ProviderRefused).detail("the provider answered with a session that was opened before")
    })?;
    Ok((stored, client_token))
}

/// A link goes into a frame that may use the camera, or opens a page that the person trusts because of ours, so it must
/// be on an origin that the operator named.
fn accepted(provider: &dyn Provider, offer: Option<Offer>) -> Result<Offer, Error> {
    let offer = offer.ok_or_else(|| {
        Error::from(Code::SignedUrlRefused).detail("the provider's answer holds no link for the person")
    })?;
    let Some(url) = offer.surface.url() else { return Ok(offer) };
    let origin = Url::parse(url.reveal()).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let allowed = provider.page_origins();
    if allowed.entries.contains(&origin) {
        return Ok(offer);
    }
    let detail = format!("the origin {origin:?} is not in {}", allowed.setting);
    Err(Error::from(Code::SignedUrlRefused).detail(detail.clone()).cause(detail))
}

/// A session that nobody can use should not wait at the provider. Nothing is deleted that may be somebody's: an answer
/// can name a session that is open here, and a failed write may have been carried out.
async fn discard(app: &App, provider: &dyn Provider, references: &References) {
    let about = references.first().map(ToString::to_string);
    match app.store.sessions_by(provider.name(), references).await {
        Ok(known) if known.is_empty() => {}
        Ok(_) => return tracing::warn!(about, "the provider answered with a session that is open here"),
        Err(error) => return tracing::warn!(%error, about, "an unusable session may be left at the provider"),
    }
    if let Err(error) = provider.delete(references).await {
        tracing::warn!(%error, about, "an unusable session could not be deleted");
    }
}
