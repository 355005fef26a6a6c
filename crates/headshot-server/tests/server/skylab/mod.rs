//! Skylab, from opening a session to the finished picture: no page of its own, so the photos come to our server.

pub(crate) mod durability;
mod journey;
mod notifications;
mod refused;
mod results;
mod sessions;
mod storage;
mod storm;
mod submit;
mod uploads;

use std::ops::Deref;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_api::{OpenedSession, Session, Upload, UploadState, Uploads};
use headshot_server::ServeArgs;
use headshot_server::provider::headshotpro;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;

use crate::common::{API_KEY, Answer, PUBLIC_URL, SKYLAB_SECRET, Skylab, World, delete, get, post, request};

/// A server whose only provider is the stand-in for Skylab.
struct Studio {
    world: World,
    skylab: Skylab,
}

impl Deref for Studio {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// A session, the browser's token for it, and its job at the provider.
struct Open {
    id: String,
    token: String,
    job: u64,
}

impl Open {
    fn path(&self, rest: &str) -> String {
        format!("/v1/sessions/{}{rest}", self.id)
    }
}

impl Studio {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut ServeArgs)) -> Self {
        let skylab = Skylab::start().await;
        let world = World::with(|args| {
            args.providers.headshotpro = headshotpro::Args::default();
            args.providers.skylab = skylab.args();
            change(args);
        });
        Self { world: world.await, skylab }
    }

    async fn reopened(self) -> Self {
        Self { world: self.world.reopened().await, skylab: self.skylab }
    }

    /// A world with one open session.
    async fn opened() -> (Self, Open) {
        let studio = Self::new().await;
        let open = studio.open().await;
        (studio, open)
    }

    /// The same, with photos that were submitted and that the provider has begun with.
    async fn queued(photos: &[&str]) -> (Self, Open) {
        let (studio, open) = Self::opened().await;
        for photo in photos {
            studio.upload(&open, photo).await;
        }
        studio.submit(&open).await;
        studio.work().await;
        assert_eq!(studio.session(&open.id).await.provider_status, "queued");
        (studio, open)
    }

    async fn open(&self) -> Open {
        let answer = self.send(post("/v1/sessions", API_KEY, &json!({"provider": "skylab"}))).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let opened: OpenedSession = answer.json();
        let job = *self.skylab.jobs().last().unwrap();
        Open { id: opened.session.id, token: opened.client_token.token, job }
    }

    /// Uploads a photo that differs by its name.
    async fn upload(&self, open: &Open, name: &str) -> Upload {
        let answer = self.send(photo(open, &format!("?name={name}"), jpeg(640, 480, name))).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()
    }

    async fn submit(&self, open: &Open) -> Session {
        let answer = self.send(submission(open)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        answer.json()
    }

    async fn uploads(&self, open: &Open) -> Uploads {
        let answer = self.send(get(&open.path("/uploads"), &open.token)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    async fn upload_states(&self, open: &Open) -> Vec<UploadState> {
        self.uploads(open).await.uploads.into_iter().map(|upload| upload.state).collect()
    }

    /// The job's callback, as the provider sends it now.
    async fn call_back(&self, open: &Open) -> Answer {
        let body = self.skylab.job(open.job).to_string();
        self.send(signed(Method::PATCH, &self.callback_path(open), body, self.clock.now())).await
    }

    /// Where the provider was told to send the job's callback.
    fn callback_path(&self, open: &Open) -> String {
        let job = self.skylab.job(open.job);
        job["callback_url"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap().to_owned()
    }

    /// Lets as many half hours pass, attempting what becomes due in each.
    async fn pass_half_hours(&self, count: u32) {
        for _ in 0..count {
            self.pass(Duration::from_mins(30)).await;
        }
    }
}

fn photo(open: &Open, query: &str, bytes: Vec<u8>) -> Request<Body> {
    request(Method::POST, &open.path(&format!("/uploads{query}")), &open.token)
        .header("content-type", "image/jpeg")
        .body(bytes.into())
        .unwrap()
}

fn withdrawal(open: &Open, upload: &str) -> Request<Body> {
    delete(&open.path(&format!("/uploads/{upload}")), &open.token)
}

fn submission(open: &Open) -> Request<Body> {
    request(Method::POST, &open.path("/submit"), &open.token).body(Body::empty()).unwrap()
}

/// The head of a JPEG of this size, and something in which it differs from others.
pub(crate) fn jpeg(width: u16, height: u16, salt: &str) -> Vec<u8> {
    let (start, frame) = (b"\xff\xd8\xff\xe0\x00\x04\x00\x00", b"\xff\xc0\x00\x0b\x08");
    [start, &frame[..], &height.to_be_bytes(), &width.to_be_bytes(), salt.as_bytes(), b"\xff\xd9"].concat()
}

/// The head of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR";
    [head, &width.to_be_bytes()[..], &height.to_be_bytes(), b"\x08\x02\x00\x00\x00"].concat()
}

/// A notification signed by the provider at `at`.
fn signed(method: Method, path: &str, body: impl Into<Vec<u8>>, at: Timestamp) -> Request<Body> {
    let (body, date) = (body.into(), at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(SKYLAB_SECRET.as_bytes()).unwrap();
    mac.update(date.as_bytes());
    mac.update(b":");
    mac.update(&body);
    request(method, path, "")
        .header("x-skylab-timestamp", date)
        .header("x-skylab-signature", STANDARD.encode(mac.finalize().into_bytes()))
        .body(body.into())
        .unwrap()
}
