//! Calls routes without a port, and waits with a deadline where there is one.

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use headshot_sandbox::{
    Config, Sandbox, Speed,
    provider::{self, headshotpro, scale, skylab},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const MODELS: &str = "/api/v2/organization/models";

/// A stand-in without a port; clones share one memory.
#[derive(Clone)]
pub(crate) struct Provider {
    router: Router,
    key: (&'static str, &'static str),
}

impl Provider {
    pub(crate) fn new() -> Self {
        Self::with(headshotpro::Config::default())
    }

    pub(crate) fn with(config: headshotpro::Config) -> Self {
        Self::fast(config, 1.0)
    }

    pub(crate) fn at_speed(speed: f64) -> Self {
        Self::fast(headshotpro::Config::default(), speed)
    }

    pub(crate) fn fast(config: headshotpro::Config, speed: f64) -> Self {
        Self::headshotpro(Config { headshotpro: Some(config), speed: Speed::new(speed).unwrap(), ..Config::default() })
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self::headshotpro(Config { seed: Some(seed), ..Config::default() })
    }

    pub(crate) fn headshotpro(config: Config) -> Self {
        let router = Sandbox::router(provider::Provider::HeadshotPro, config);
        Self { router, key: ("authorization", "Bearer sandbox-api-key") }
    }

    pub(crate) fn scale(config: scale::Config, speed: f64) -> Self {
        let config = Config { scale: Some(config), speed: Speed::new(speed).unwrap(), ..Config::default() };
        let router = Sandbox::router(provider::Provider::Scale, config);
        Self { router, key: ("authorization", "Bearer sandbox-scale-key") }
    }

    pub(crate) fn skylab(config: skylab::Config, speed: f64) -> Self {
        let config = Config { skylab: Some(config), speed: Speed::new(speed).unwrap(), ..Config::default() };
        let router = Sandbox::router(provider::Provider::Skylab, config);
        Self { router, key: ("x-slt-api-key", "sandbox-skylab-key") }
    }

    /// Calls a route with the right key.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let (name, value) = self.key;
        self.send(request(method, path, body).header(header::HeaderName::from_static(name), value), path).await
    }

    /// Calls a route without a key, as browsers do.
    pub(crate) async fn visit(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send(request(method, path, body), path).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Opens a session in test mode and gives its id.
    pub(crate) async fn open(&self, email: &str) -> String {
        let opened = self.post(MODELS, json!({ "email": email, "isDevelopment": true })).await;
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
        opened.json()["modelId"].as_str().unwrap().to_owned()
    }

    /// Opens a session whose headshots are ready at once.
    pub(crate) async fn open_ready(&self, email: &str) -> String {
        let id = self.open(email).await;
        let answer = self.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": "active" })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        id
    }

    /// The session's page, as path and query.
    pub(crate) async fn studio(&self, id: &str) -> String {
        let session = self.get(&format!("/sandbox/sessions/{id}")).await.json();
        let signed_url = session["signedUrl"].as_str().unwrap().to_owned();
        let token = signed_url.split("token=").nth(1).and_then(|rest| rest.split('&').next()).unwrap().to_owned();
        format!("/studio/{token}")
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.get(&format!("{MODELS}/{id}")).await.json()["model"]["status"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn photos(&self, id: &str) -> Vec<Value> {
        let answer = self.get(&format!("{MODELS}/{id}/photos")).await;
        answer.json()["photos"].as_array().cloned().unwrap_or_default()
    }

    pub(crate) async fn send(&self, request: PendingRequest, path: &str) -> Answer {
        let response = self.router.clone().oneshot(request.into_request(path)).await.unwrap();
        Answer::of(response).await
    }
}

/// A request that headers can still be added to.
pub(crate) struct PendingRequest(axum::http::request::Builder, Vec<u8>);

impl PendingRequest {
    pub(crate) fn header(self, name: impl Into<header::HeaderName>, value: &str) -> Self {
        Self(self.0.header(name.into(), value), self.1)
    }

    pub(crate) fn into_request(self, path: &str) -> Request<Body> {
        self.0.uri(path).body(Body::from(self.1)).unwrap()
    }
}

pub(crate) fn request(method: Method, path: &str, body: Option<Value>) -> PendingRequest {
    let builder = Request::builder().method(method).uri(path);
    match body {
        Some(body) => {
            PendingRequest(builder.header(header::CONTENT_TYPE, "application/json"), body.to_string().into_bytes())
        }
        None => PendingRequest(builder, Vec::new()),
    }
}

/// A request with a body of any kind.
pub(crate) fn raw(method: Method, kind: &str, body: Vec<u8>) -> PendingRequest {
    PendingRequest(Request::builder().method(method).header(header::CONTENT_TYPE, kind), body)
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(response: axum::http::Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is the documented error with that status and code, and gives its text.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> String {
        let body = self.json();
        assert_eq!((self.status.as_u16(), body["code"].as_str()), (status, Some(code)), "{body}");
        assert_eq!(body["success"], false);
        body["error"].as_str().unwrap().to_owned()
    }
}

/// Asks `check` until it gives a value, at most half a minute.
pub(crate) async fn until<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
