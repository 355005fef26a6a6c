use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headshot_api::{OpenSession, OpenedSession};
use url::Url;

use super::{access, body, failures};
use crate::app::App;
use crate::client_token;
use crate::error::{Code, Error};
use crate::ids::{ProviderSessionId, SessionId};
use crate::provider::{OpenRequest, Opened, Provider};
use crate::secret::Secret;
use crate::store::NewSession;
use crate::view;

const LONGEST_EMAIL: usize = 254;
const LONGEST_TEAM_ID: usize = 100;
const LONGEST_REFERENCE: usize = 200;

const MAY_BE_OPEN: &str =
    "no answer came back; the session may exist at the provider, so the same address may be refused";

/// `POST /v1/sessions`: opens a session at the provider, for the host application.
pub(super) async fn open_session(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    access::host_application(&app, &headers)?;
    let request: OpenSession = body::json(&headers, body).await?;
    check(&request)?;
    let provider = app.provider(&request.provider).ok_or_else(|| unknown_provider(&app))?;
    // A client that hangs up must not leave a session at the provider that we do not know.
    let opening = tokio::spawn(open(Arc::clone(&app), provider, request));
    let opened = opening.await.map_err(|error| Error::from(Code::InternalError).cause(error))??;
    let location = format!("/v1/sessions/{}", opened.session.id);
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".into())];
    Ok((StatusCode::CREATED, headers, Json(opened)).into_response())
}

fn check(request: &OpenSession) -> Result<(), Error> {
    let mut wrong = Vec::new();
    if !is_email(&request.email) {
        wrong.push(("/email", "is not an e-mail address"));
    }
    if request.team_id.as_ref().is_some_and(|id| id.is_empty() || id.len() > LONGEST_TEAM_ID) {
        wrong.push(("/teamId", "is empty or longer than 100 characters"));
    }
    if request.reference.as_ref().is_some_and(|reference| reference.chars().count() > LONGEST_REFERENCE) {
        wrong.push(("/reference", "is longer than 200 characters"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong
        .into_iter()
        .fold(Error::from(Code::FieldInvalid), |error, (pointer, detail)| error.field(pointer, detail)))
}

/// Only what can never be an address is refused here; the provider knows better.
fn is_email(text: &str) -> bool {
    let is_printable = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = text.rsplit_once('@');
    is_printable
        && text.len() <= LONGEST_EMAIL
        && parts.is_some_and(|(local, domain)| !local.is_empty() && !local.contains('@') && !domain.is_empty())
}

fn unknown_provider(app: &App) -> Error {
    let known: Vec<_> = app.providers.iter().map(|provider| provider.name()).collect();
    Error::from(Code::ProviderUnknown).field("/provider", format!("is not one of: {}", known.join(", ")))
}

async fn open(app: Arc<App>, provider: Arc<dyn Provider>, request: OpenSession) -> Result<OpenedSession, Error> {
    let asked = OpenRequest { email: request.email, team_id: request.team_id, test_mode: request.test_mode };
    let opened = provider.open(asked).await.map_err(|error| failures::of_provider(&error, app.now(), MAY_BE_OPEN))?;
    let signed_url = match accepted_url(provider.as_ref(), &opened) {
        Ok(signed_url) => signed_url,
        Err(error) => {
            discard(provider.as_ref(), &opened.id).await;
            return Err(error);
        }
    };
    let now = app.now();
    let session = NewSession {
        id: SessionId::random(),
        provider: provider.name().to_owned(),
        provider_session_id: opened.id,
        standing: opened.standing,
        signed_url,
        test_mode: request.test_mode,
        reference: request.reference,
        opened_at: now,
    };
    let (client_token, kept_token) = client_token::mint(now);
    let provider_session_id = session.provider_session_id.clone();
    let stored = match app.store.open_session(session, kept_token).await {
        Ok(stored) => stored,
        Err(error) => {
            discard(provider.as_ref(), &provider_session_id).await;
            return Err(error.into());
        }
    };
    Ok(OpenedSession { session: view::session(&app, stored, now), client_token })
}

/// The signed URL goes into a frame that may use the camera, so it must be on an origin that the operator named.
fn accepted_url(provider: &dyn Provider, opened: &Opened) -> Result<Secret, Error> {
    let allowed = provider.frame_origins();
    let Some(signed_url) = &opened.signed_url else {
        return Err(Error::from(Code::SignedUrlRefused).detail("the provider's answer holds no signed URL"));
    };
    let origin = Url::parse(signed_url.reveal()).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    if allowed.entries.contains(&origin) {
        return Ok(signed_url.clone());
    }
    let detail = format!("the origin {origin:?} is not in {}", allowed.setting);
    Err(Error::from(Code::SignedUrlRefused).detail(detail.clone()).cause(detail))
}

/// A session that nobody can use should not wait at the provider.
async fn discard(provider: &dyn Provider, id: &ProviderSessionId) {
    if let Err(error) = provider.delete(id).await {
        tracing::warn!(%error, provider_session_id = id.as_str(), "an unusable session could not be deleted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_never_be_an_address_is_refused() {
        for email in ["ada@example.test", "a+b@x", "ä@ö.test"] {
            assert!(is_email(email), "{email}");
        }
        for text in ["", "ada", "@x.test", "ada@", "a b@x.test", "a@b@x.test", "a@x.test\n", &"a".repeat(255)] {
            assert!(!is_email(text), "{text}");
        }
    }
}
