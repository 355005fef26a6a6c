//! Requests by plain HTTP, which is all that a sandbox on this machine needs.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{Request, StatusCode},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::timeout;

/// No answer that is read here comes near this.
const LARGEST_ANSWER_BYTES: usize = 1024 * 1024;

/// Sends requests, follows no redirect, and waits for an answer no longer than told.
pub(crate) struct PlainHttp {
    client: Client<HttpConnector, Full<Bytes>>,
    patience: Duration,
}

/// Why there is no answer, in words for logs.
#[derive(Clone, Copy)]
pub(crate) enum Silence {
    TimedOut,
    NotConnected,
    Broken,
}

impl PlainHttp {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), patience }
    }

    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Silence> {
        timeout(self.patience, self.exchange(request)).await.unwrap_or(Err(Silence::TimedOut))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Silence> {
        let answer = self.client.request(request).await;
        let answer =
            answer.map_err(|error| if error.is_connect() { Silence::NotConnected } else { Silence::Broken })?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LARGEST_ANSWER_BYTES).collect().await;
        Ok((status, body.map_err(|_| Silence::Broken)?.to_bytes()))
    }
}

impl Silence {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::TimedOut => "timeout",
            Self::NotConnected => "connection refused",
            Self::Broken => "no answer",
        }
    }
}
