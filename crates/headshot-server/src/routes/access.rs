//! Who may do what: the host application with its API key, a browser with a client token of one session.

use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::client_token;
use crate::error::{Code, Error};
use crate::ids::SessionId;

/// Only the host application.
pub(super) fn host_application(app: &App, headers: &HeaderMap) -> Result<(), Error> {
    host(app, credential(headers)?)
}

/// The host application, or a browser that holds a token of this session.
pub(super) async fn reader(app: &App, headers: &HeaderMap, session: &str) -> Result<SessionId, Error> {
    let credential = credential(headers)?;
    let session = SessionId::parse(session);
    if client_token::is_one(credential) {
        return browser(app, credential, session).await;
    }
    host(app, credential)?;
    session.ok_or_else(|| Code::SessionUnknown.into())
}

/// Whose key the request has, where it has one.
pub(super) fn holder(app: &App, headers: &HeaderMap) -> Option<String> {
    app.credentials().api_keys.holder(credential(headers).ok()?).map(str::to_owned)
}

/// Names the host application in the request's log line.
fn host(app: &App, credential: &str) -> Result<(), Error> {
    let credentials = app.credentials();
    let holder = credentials.api_keys.holder(credential).ok_or(Code::ApiKeyRefused)?;
    tracing::Span::current().record("host", holder);
    Ok(())
}

async fn browser(app: &App, token: &str, session: Option<SessionId>) -> Result<SessionId, Error> {
    let known = app.store.client_token(client_token::sha256(token)).await?;
    match (known, session) {
        (Some(known), Some(session)) if known.session == session => {
            if known.expires_at <= app.now() {
                Err(Code::ClientTokenExpired.into())
            } else {
                Ok(session)
            }
        }
        (_, session) => Err(refusal(app, session).await?.into()),
    }
}

/// Ids cannot be guessed, so that saying whether a session exists gives nothing away, and helps whoever mixed them up.
async fn refusal(app: &App, session: Option<SessionId>) -> Result<Code, Error> {
    let Some(session) = session else { return Ok(Code::SessionUnknown) };
    let exists = app.store.session(&session).await?.is_some();
    Ok(if exists { Code::ClientTokenRefused } else { Code::SessionUnknown })
}

fn credential(headers: &HeaderMap) -> Result<&str, Error> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, credential) = value.and_then(|value| value.split_once(' ')).ok_or(Code::CredentialsMissing)?;
    let credential = credential.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !credential.is_empty() {
        Ok(credential)
    } else {
        Err(Code::CredentialsMissing.into())
    }
}
