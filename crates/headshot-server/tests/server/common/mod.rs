//! What the tests share: a server with a clock of its own, and a stand-in for the provider.

pub(crate) mod described;
pub(crate) mod dice;
mod host;
mod load;
pub(crate) mod postgres;
pub(crate) mod s3;
pub(crate) mod scale;
mod skylab;
mod stand_in;
pub(crate) mod storms;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use headshot_api::{OpenedSession, Problem, Session};
use headshot_server::config::{FileArgs, Photos};
use headshot_server::photos::s3::Patience;
use headshot_server::provider::{self, ProviderArgs, headshotpro};
use headshot_server::store::Store;
use headshot_server::{App, Clock, Config, ServeArgs, pace};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tower::ServiceExt;

pub(crate) use self::dice::Dice;
pub(crate) use self::host::{EVENTS_SECRET, Host, telling, told};
pub(crate) use self::load::Load;
pub(crate) use self::skylab::{Fault, PROFILE, SKYLAB_SECRET, Skylab};
pub(crate) use self::stand_in::{Call, StandIn, png};

pub(crate) const API_KEY: &str = "the-host-application-key";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const PUBLIC_URL: &str = "https://photos.example.test";

/// The stand-in's first model.
pub(crate) const MODEL: &str = "000000000000000000000001";

/// When the vectors were signed, 2026-01-02T03:04:05Z.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_767_323_045, 0);

/// A server that nobody listens for, its provider, and their clock.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Clock,
    pub(crate) provider: StandIn,
    pub(crate) router: Router,
    dir: TempDir,
    args: ServeArgs,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut ServeArgs)) -> Self {
        Self::patient(change, pace::STORAGE).await
    }

    /// The same with another patience with the storage of its photos.
    pub(crate) async fn patient(change: impl FnOnce(&mut ServeArgs), patience: Patience) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let provider = StandIn::start().await;
        let mut args = args(&dir.path().join("headshot.db"), &provider);
        change(&mut args);
        let clock = Clock::set_to(NOW);
        let mut config: Config = args.clone().try_into().unwrap();
        if let Photos::S3(settings) = &mut config.files.photos {
            settings.patience = patience;
        }
        let app = App::open(&config, clock.clone()).await.unwrap();
        let router = headshot_server::app(Arc::clone(&app));
        Self { app, clock, provider, router, dir, args }
    }

    /// The same on PostgreSQL, in a database of its own.
    pub(crate) async fn on_postgres() -> Self {
        let address = postgres::Cluster::shared().database().await;
        Self::with(|args| {
            let file = args.files.database_url.replace("sqlite:", "");
            args.files.photo_dir = Some(format!("{file}.photos").into());
            args.files.upload_dir = Some(format!("{file}.uploads").into());
            args.files.database_url = address;
        })
        .await
    }

    /// The same files, opened by another server after this one is gone.
    pub(crate) async fn reopened(self) -> Self {
        let Self { app, clock, provider, router, dir, args } = self;
        drop(router);
        drop(Arc::into_inner(app).expect("nothing else holds the server"));
        let app = App::open(&args.clone().try_into().unwrap(), clock.clone()).await.unwrap();
        let router = headshot_server::app(Arc::clone(&app));
        Self { app, clock, provider, router, dir, args }
    }

    /// The settings that it was opened with.
    pub(crate) fn args(&self) -> ServeArgs {
        self.args.clone()
    }

    /// The answer, which is one that the server describes.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = Answer::of(self.router.clone().oneshot(request).await.unwrap()).await;
        described::check(&self.router, &method, &path, &answer).await;
        answer
    }

    /// A session that the provider has just opened, and the browser's token.
    pub(crate) async fn open(&self) -> (Session, String) {
        let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
        let answer = self.send(post("/v1/sessions", API_KEY, &body)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let opened: OpenedSession = answer.json();
        (opened.session, opened.client_token.token)
    }

    /// A world with one session, and that session's id.
    pub(crate) async fn with_session() -> (Self, String) {
        let world = Self::new().await;
        let (session, _) = world.open().await;
        (world, session.id)
    }

    /// The same with finished photos that are copied.
    pub(crate) async fn finished(photos: &[&str]) -> (Self, String) {
        let (world, id) = Self::with_session().await;
        world.provider.finish(MODEL, photos);
        world.tell("model.photos_ready", "active").await;
        world.work().await;
        (world, id)
    }

    /// A second later the provider tells something about its first model.
    pub(crate) async fn tell(&self, kind: &str, status: &str) {
        self.clock.advance(Duration::from_secs(1));
        let now = self.clock.now();
        let answer = self.deliver(&event(&format!("evt_{now}"), kind, MODEL, status, now)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    pub(crate) async fn session(&self, id: &str) -> Session {
        let answer = self.send(get(&format!("/v1/sessions/{id}"), API_KEY)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// The bytes of the photos that a session shows.
    pub(crate) async fn pictures(&self, session: &Session) -> Vec<Vec<u8>> {
        let mut pictures = Vec::new();
        for photo in &session.photos {
            let path = photo.url.strip_prefix(PUBLIC_URL).unwrap();
            pictures.push(self.send(get(path, "")).await.body);
        }
        pictures
    }

    /// A delivery signed by the provider now.
    pub(crate) async fn deliver(&self, event: &Value) -> Answer {
        self.send(delivery(event.to_string(), self.clock.now())).await
    }

    /// Attempts everything that is due.
    pub(crate) async fn work(&self) {
        headshot_server::work::run_due(&self.app).await.unwrap();
    }

    /// Lets time pass and attempts what has become due.
    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.work().await;
    }

    pub(crate) fn photo_folder(&self) -> PathBuf {
        self.dir.path().join("headshot.db.photos")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir.path().join("headshot.db")
    }

    /// How many sessions somebody waits for.
    pub(crate) fn watched(&self) -> usize {
        self.app.store().signals().watched_sessions()
    }

    /// What one SQL query finds in the file.
    pub(crate) fn query<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Changes the file behind the server's back.
    pub(crate) fn execute(&self, sql: &str) {
        rusqlite::Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    /// The names of the copies on the disk.
    pub(crate) fn files(&self) -> Vec<String> {
        names_in(&self.photo_folder())
    }

    pub(crate) fn upload_folder(&self) -> PathBuf {
        self.dir.path().join("headshot.db.uploads")
    }

    /// The names of the people's own photos on the disk.
    pub(crate) fn upload_files(&self) -> Vec<String> {
        names_in(&self.upload_folder())
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

/// Settings for a server whose provider is the stand-in.
pub(crate) fn args(database: &std::path::Path, provider: &StandIn) -> ServeArgs {
    ServeArgs {
        listen: "127.0.0.1:0".into(),
        connections: None,
        metrics_listen: None,
        keep_alive: "75".into(),
        drain: "0".into(),
        log: "info".into(),
        files: FileArgs { database_url: format!("sqlite:{}", database.display()), ..FileArgs::default() },
        database_connections: "5".into(),
        api_key: Some(API_KEY.into()),
        public_url: Some(PUBLIC_URL.into()),
        allow_networks: None,
        refused: headshot_server::refused::Args::default(),
        console: headshot_server::console::settings::Args::default(),
        retention: headshot_server::retention::settings::Args::default(),
        rates: headshot_server::rates::settings::Args::default(),
        events: headshot_server::forward::settings::Args::default(),
        providers: ProviderArgs {
            headshotpro: headshotpro::Args {
                headshotpro_api_key: Some("the-server-key".into()),
                headshotpro_webhook_secret: Some(SECRET.into()),
                headshotpro_signature_scheme: "timestamped".into(),
                headshotpro_signature_tolerance: "300".into(),
                headshotpro_base_url: format!("{}/api/v2", provider.url),
                headshotpro_calls_a_minute: "300".into(),
                headshotpro_frame_origins: "https://yourproheadshots.com https://studio.example.test".into(),
                headshotpro_photo_hosts: provider.url.replace("http://", ""),
                headshotpro_email_retry: "plus-suffix".into(),
            },
            scale: provider::scale::Args::default(),
            skylab: provider::skylab::Args::default(),
        },
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem that the answer is, with everything that every problem has in place.
    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.kind, format!("urn:headshot-kit:problem:{}", problem.code));
        problem
    }

    /// Checks that the answer is this problem.
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.problem().code.as_str()), (status, code), "{}", self.text());
    }
}

/// Checks that a delivery was answered so.
pub(crate) fn is_recorded(answer: &Answer, status: &str) {
    assert_eq!((answer.status, answer.json::<Value>()), (StatusCode::OK, json!({ "status": status })));
}

pub(crate) fn request(method: Method, path: &str, credential: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    if credential.is_empty() { request } else { request.header("authorization", format!("Bearer {credential}")) }
}

pub(crate) fn get(path: &str, credential: &str) -> Request<Body> {
    request(Method::GET, path, credential).body(Body::empty()).unwrap()
}

pub(crate) fn delete(path: &str, credential: &str) -> Request<Body> {
    request(Method::DELETE, path, credential).body(Body::empty()).unwrap()
}

pub(crate) fn post(path: &str, credential: &str, body: &Value) -> Request<Body> {
    request(Method::POST, path, credential)
        .header("content-type", "application/json; charset=utf-8")
        .body(body.to_string().into())
        .unwrap()
}

/// A delivery over timestamp and body, signed at `at`.
pub(crate) fn delivery(body: impl Into<Vec<u8>>, at: Timestamp) -> Request<Body> {
    let body = body.into();
    let delivery = request(Method::POST, "/v1/webhooks/headshotpro", "");
    signed(&body, at)
        .into_iter()
        .fold(delivery, |delivery, (name, value)| delivery.header(name, value))
        .body(body.into())
        .unwrap()
}

/// The same over a socket, about an event; answers with the status.
pub(crate) async fn post_delivery(
    client: &reqwest::Client,
    url: &str,
    event: &Value,
    at: Timestamp,
) -> reqwest::Result<u16> {
    let body = event.to_string();
    let delivery = client.post(format!("{url}/v1/webhooks/headshotpro"));
    let delivery =
        signed(body.as_bytes(), at).into_iter().fold(delivery, |delivery, (name, value)| delivery.header(name, value));
    Ok(delivery.body(body).send().await?.status().as_u16())
}

/// The headers of a delivery over timestamp and body.
pub(crate) fn signed(body: &[u8], at: Timestamp) -> [(&'static str, String); 2] {
    let timestamp = at.as_second().to_string();
    let signature = sign(&[timestamp.as_bytes(), b".", body]);
    [("x-headshotpro-timestamp", timestamp), ("x-headshotpro-signature", signature)]
}

pub(crate) fn sign(parts: &[&[u8]]) -> String {
    sign_with(SECRET, parts)
}

pub(crate) fn sign_with(secret: &str, parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    for part in parts {
        mac.update(part);
    }
    let tag = mac.finalize().into_bytes();
    tag.iter().fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// Serves on a loopback port of its own for as long as the test runs; answers with the URL.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// An event about a model; `id` and `createdAt` as in the newer envelope.
pub(crate) fn event(id: &str, kind: &str, model: &str, status: &str, at: Timestamp) -> Value {
    json!({
        "id": id, "event": kind, "createdAt": at.to_string(), "objectType": "model",
        "object": {"_id": model, "status": status},
    })
}

/// Asks until the answer is yes; fails after half a minute, which a slow machine may need to repair a database.
pub(crate) async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < deadline, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A client for a server on a socket.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The SHA-256 of bytes in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The Python that the set-up brought, with what others have written for it.
pub(crate) fn python() -> Command {
    let hint = "HEADSHOT_PYTHON is not set: run `cargo xtask test`, which prepares what this test needs";
    Command::new(std::env::var_os("HEADSHOT_PYTHON").unwrap_or_else(|| panic!("{hint}")))
}

/// The store alone, in a folder of its own.
pub(crate) fn store() -> (impl Store, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (headshot_server::store::SqliteStore::open(&dir.path().join("headshot.db")).unwrap(), dir)
}
