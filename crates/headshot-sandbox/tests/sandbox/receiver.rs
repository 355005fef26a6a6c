//! A receiver of webhooks on loopback.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    routing::any,
};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{net::TcpListener, time::Instant};
use url::Url;

use crate::support::until;

/// One delivery as received.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Answers with the statuses it was told, then with 200.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<Vec<u16>>>,
    is_silent: bool,
}

impl Receiver {
    pub(crate) fn answering(statuses: &[u16]) -> Self {
        let answers = Arc::new(Mutex::new(statuses.iter().rev().copied().collect()));
        Self { answers, ..Self::default() }
    }

    /// Takes what comes and never answers.
    pub(crate) fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// Starts to listen, and says where.
    pub(crate) async fn url(&self) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", any(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url.parse().unwrap()
    }

    /// What came, once it is at least so much.
    pub(crate) async fn after(&self, count: usize) -> Vec<Received> {
        until("deliveries", async || {
            let received = self.received.lock().unwrap();
            (received.len() >= count).then(|| received.clone())
        })
        .await
    }

    pub(crate) fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}

async fn receive(State(receiver): State<Receiver>, method: Method, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.received.lock().unwrap().push(Received { method, headers, body, at: Instant::now() });
    if receiver.is_silent {
        std::future::pending::<()>().await;
    }
    let status = receiver.answers.lock().unwrap().pop().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}

/// A URL where nobody listens.
pub(crate) async fn nobody() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/hook", listener.local_addr().unwrap()).parse().unwrap()
}

/// How long ago that moment is, in seconds.
pub(crate) fn age(at: Timestamp) -> i64 {
    Timestamp::now().as_second() - at.as_second()
}
