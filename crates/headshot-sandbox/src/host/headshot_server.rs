use reqwest::{Client, Method, RequestBuilder};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use url::Url;

use super::problem::{Problem, SERVER_UNREACHABLE};

/// The headshot server, as a host's backend uses it: with the secret key.
pub(super) struct HeadshotServer {
    base: String,
    api_key: String,
    client: Client,
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
    pub(super) fn new(base: Url, api_key: String) -> Self {
        let client = Client::builder().no_proxy().timeout(std::time::Duration::from_secs(30)).build();
        let client = client.expect("the client has no setting that can fail");
        Self { base: base.as_str().trim_end_matches('/').to_owned(), api_key, client }
    }

    /// Where the browser finds it.
    pub(super) fn url(&self) -> &str {
        &self.base
    }

    pub(super) async fn open_session(&self, email: &str) -> Result<Opened, Problem> {
        let body = json!({ "provider": "headshotpro", "email": email, "testMode": true });
        answer(self.request(Method::POST, "/v1/sessions").json(&body)).await
    }

    pub(super) async fn session(&self, id: &str) -> Result<Session, Problem> {
        answer(self.request(Method::GET, &format!("/v1/sessions/{id}"))).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.api_key)
    }
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Problem> {
    let answer = request.send().await.map_err(unreachable)?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(unreachable)?;
    if !status.is_success() {
        return Err(Problem::Server { status, body });
    }
    serde_json::from_slice(&body).map_err(|_| SERVER_UNREACHABLE)
}

fn unreachable(error: reqwest::Error) -> Problem {
    tracing::warn!(error = %error.without_url(), "no answer from the headshot server");
    SERVER_UNREACHABLE
}
