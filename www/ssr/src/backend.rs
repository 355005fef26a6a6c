use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::app::Ticket;

/// What the application's server knows of the headshot server; its key never leaves it.
#[derive(Clone, Debug)]
pub struct Backend {
    server: String,
    api_key: String,
    client: reqwest::Client,
    /// The person's session, which a real application keeps beside the person.
    session: Arc<OnceCell<String>>,
}

#[derive(Deserialize)]
struct Opened {
    session: Session,
}

#[derive(Deserialize)]
struct Session {
    id: String,
}

#[derive(Deserialize)]
struct ClientToken {
    token: String,
}

impl Backend {
    /// Reaches the headshot server at this base address with the host's key.
    #[must_use]
    pub fn new(server: String, api_key: String) -> Self {
        Self { server, api_key, client: reqwest::Client::new(), session: Arc::default() }
    }

    /// A fresh client token for the person's session, which is opened at first.
    pub(crate) async fn ticket(&self) -> reqwest::Result<Ticket> {
        let session = self.session.get_or_try_init(|| self.open()).await?;
        let request = self.client.post(format!("{}/v1/sessions/{session}/client-tokens", self.server));
        let ClientToken { token } = self.answer(request).await?;
        Ok(Ticket { server: self.server.clone(), session: session.clone(), token })
    }

    async fn open(&self) -> reqwest::Result<String> {
        let body = serde_json::json!({ "provider": "headshotpro", "email": "ada@example.test", "testMode": true });
        let request = self.client.post(format!("{}/v1/sessions", self.server)).json(&body);
        let Opened { session } = self.answer(request).await?;
        Ok(session.id)
    }

    async fn answer<T: for<'a> Deserialize<'a>>(&self, request: reqwest::RequestBuilder) -> reqwest::Result<T> {
        request.bearer_auth(&self.api_key).send().await?.error_for_status()?.json().await
    }
}
