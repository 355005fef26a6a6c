use std::time::Duration;

use axum::http::{Method, Request, header};
use http_body_util::Full;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use url::Url;

use super::problem::{Problem, SERVER_UNREACHABLE};
use crate::plain_http::{PlainHttp, Silence};
use crate::stand_in::base_of;

/// How long the server may take: it asks the provider meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

/// The headshot server, as a host's backend uses it: with the secret key.
pub(super) struct HeadshotServer {
    base: String,
    api_key: String,
    http: PlainHttp,
}

/// What a host needs to know of a new session.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opened {
    pub(super) session: Session,
    pub(super) client_token: ClientToken,
}

/// What a host needs to know of a session.
#[derive(Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) photos: Vec<Photo>,
}

/// A finished photo behind a link that ends.
#[derive(Deserialize)]
pub(super) struct Photo {
    pub(super) id: String,
    pub(super) url: String,
}

/// What lets the browser read the session.
#[derive(Deserialize)]
pub(super) struct ClientToken {
    pub(super) token: String,
}

impl HeadshotServer {
    pub(super) fn new(base: &Url, api_key: String) -> Self {
        let base = base_of(base).to_owned();
        Self { base, api_key, http: PlainHttp::new(PATIENCE) }
    }

    /// Where the browser finds it.
    pub(super) fn url(&self) -> &str {
        &self.base
    }

    pub(super) async fn open_session(&self, provider: &str, email: &str) -> Result<Opened, Problem> {
        // Each provider wants to know something else about the person.
        let body = match provider {
            "scale" => json!({ "provider": provider, "email": email, "firstName": "Ada", "lastName": "Lovelace" }),
            "skylab" => json!({ "provider": provider }),
            _ => json!({ "provider": provider, "email": email, "testMode": true }),
        };
        self.ask(Method::POST, "/v1/sessions", body.to_string()).await
    }

    pub(super) async fn session(&self, id: &str) -> Result<Session, Problem> {
        self.ask(Method::GET, &format!("/v1/sessions/{id}"), String::new()).await
    }

    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: String) -> Result<T, Problem> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.api_key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::from(body))
            .map_err(|_| SERVER_UNREACHABLE)?;
        let (status, body) = self.http.send(request).await.map_err(unreachable)?;
        if !status.is_success() {
            return Err(Problem::Server { status, body });
        }
        serde_json::from_slice(&body).map_err(|_| SERVER_UNREACHABLE)
    }
}

fn unreachable(silence: Silence) -> Problem {
    tracing::warn!(error = silence.as_str(), "no answer from the headshot server");
    SERVER_UNREACHABLE
}
