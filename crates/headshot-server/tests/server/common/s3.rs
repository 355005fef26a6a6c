//! An S3 storage of the tests' own: moto behind a check of signatures, and a front before it that plays faults.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use headshot_server::config::FileArgs;
use headshot_server::photos::s3::{Patience, S3Address, S3Settings};
use headshot_server::{Secret, pace};
use http_body_util::BodyExt;

use super::{client, python, serve};

pub(crate) const KEY_ID: &str = "AKIDOFTHETESTS";
pub(crate) const SECRET: &str = "s3cr3t/of+the/tests";
pub(crate) const TOKEN: &str = "a-s3ssion-token/of+the/tests==";

const BUCKET: &str = "faces";

/// A prefix of its own in the storage that all tests of this program share.
#[derive(Clone)]
pub(crate) struct S3 {
    /// Who is asked.
    endpoint: String,
    /// Who has the objects.
    storage: &'static str,
    prefix: String,
}

impl S3 {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("test-{}/of_ours", NUMBER.fetch_add(1, Ordering::Relaxed));
        let storage = storage();
        Self { endpoint: storage.to_owned(), storage, prefix }
    }

    /// The same with a front before it.
    pub(crate) async fn with_front() -> (Self, Front) {
        let s3 = Self::new();
        let front = Front::before(s3.storage).await;
        (Self { endpoint: front.url.clone(), ..s3 }, front)
    }

    /// The same asked for elsewhere.
    pub(crate) fn at(&self, endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), ..self.clone() }
    }

    pub(crate) fn address(&self) -> String {
        format!("s3://{BUCKET}/{}?endpoint={}", self.prefix, self.endpoint)
    }

    /// What it is called in answers.
    pub(crate) fn name(&self) -> String {
        format!("s3://{BUCKET}/{}", self.prefix)
    }

    pub(crate) fn settings(&self, patience: Patience) -> S3Settings {
        S3Settings {
            address: S3Address::parse(&self.address()).unwrap(),
            access_key_id: Secret::new(KEY_ID),
            secret_access_key: Secret::new(SECRET),
            session_token: None,
            patience,
        }
    }

    /// The settings of a server that has its photos here.
    pub(crate) fn set_up(&self, files: &mut FileArgs) {
        files.photos = Some(self.address());
        files.photos_access_key_id = Some(KEY_ID.to_owned());
        files.photos_secret_access_key = Some(SECRET.to_owned());
    }

    /// The same as variables.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        [
            ("HEADSHOT_PHOTOS", self.address()),
            ("HEADSHOT_PHOTOS_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("HEADSHOT_PHOTOS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// What is there, and the SHA-256 of each; the marks of whose it is left out.
    pub(crate) async fn objects(&self) -> BTreeMap<String, String> {
        let answer = client().get(self.behind("")).send().await.unwrap();
        let all: BTreeMap<String, String> = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        all.into_iter().filter(|(name, _)| !name.ends_with("/.headshot-store")).collect()
    }

    /// Writes an object behind everybody's back.
    pub(crate) async fn overwrite(&self, name: &str, bytes: impl Into<reqwest::Body>) {
        let answer = client().put(self.behind(name)).body(bytes).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    fn behind(&self, name: &str) -> String {
        format!("{}/-/objects/{BUCKET}/{}/{name}", self.storage, self.prefix)
    }
}

/// Patience of which a test need not have much.
pub(crate) const HASTY: Patience = Patience { first_pause: std::time::Duration::from_millis(20), ..pace::STORAGE };

/// The storage's address. It ends with the tests, however these end: then its input does.
fn storage() -> &'static str {
    static SHARED: OnceLock<(String, Child)> = OnceLock::new();
    let (url, _) = SHARED.get_or_init(|| {
        let mut command = python();
        command.args(["-I", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/s3.py"), BUCKET]);
        command.envs([("S3_KEY_ID", KEY_ID), ("S3_SECRET", SECRET), ("S3_TOKEN", TOKEN)]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (line.trim().to_owned(), child)
    });
    url
}

/// What can happen to a request for a storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is answered with 500, and not carried out.
    Broken,
    /// The storage asks for fewer requests.
    SlowDown,
    /// It is carried out, and the answer never ends.
    Slow,
    /// It is carried out, and the answer breaks off in the middle.
    Cut,
    /// One byte is another one, of what is sent and of what is answered.
    Spoiled,
    /// It was signed with another secret.
    Forged,
    /// There is no such bucket.
    NoBucket,
}

/// Passes requests on, and plays faults.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) url: String,
    state: Arc<Mutex<Playing>>,
}

#[derive(Default)]
struct Playing {
    storage: String,
    fault: Option<Fault>,
    played: usize,
}

impl Front {
    async fn before(storage: &str) -> Self {
        let state = Arc::new(Mutex::new(Playing { storage: storage.to_owned(), ..Playing::default() }));
        let router = Router::new().fallback(pass).with_state(Arc::clone(&state));
        Self { url: serve(router).await, state }
    }

    /// Every request meets this fault from now on, or none.
    pub(crate) fn play(&self, fault: impl Into<Option<Fault>>) {
        self.state.lock().unwrap().fault = fault.into();
    }

    /// How many requests have met a fault.
    pub(crate) fn played(&self) -> usize {
        self.state.lock().unwrap().played
    }
}

async fn pass(State(state): State<Arc<Mutex<Playing>>>, request: Request) -> Response {
    let (storage, fault) = {
        let mut playing = state.lock().unwrap();
        playing.played += usize::from(playing.fault.is_some());
        (playing.storage.clone(), playing.fault)
    };
    match fault {
        Some(Fault::Broken) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        Some(Fault::SlowDown) => refusal(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        Some(Fault::NoBucket) => refusal(StatusCode::NOT_FOUND, "NoSuchBucket"),
        fault => carry_out(&storage, request, fault).await,
    }
}

fn refusal(status: StatusCode, code: &str) -> Response {
    (status, format!("<?xml version='1.0'?><Error><Code>{code}</Code></Error>")).into_response()
}

async fn carry_out(storage: &str, request: Request, fault: Option<Fault>) -> Response {
    let (parts, body) = request.into_parts();
    let mut path = parts.uri.path_and_query().unwrap().to_string();
    if fault == Some(Fault::Forged) {
        let last = if path.pop() == Some('0') { '1' } else { '0' };
        path.push(last);
    }
    let is_put = parts.method == Method::PUT;
    let body = spoil(body.collect().await.unwrap().to_bytes(), fault.filter(|_| is_put));
    let mut headers = parts.headers;
    headers.remove(header::CONNECTION);
    let asked = client().request(parts.method, format!("{storage}{path}")).headers(headers).body(body).send().await;
    let answer = asked.unwrap();
    let status = answer.status();
    let body = spoil(answer.bytes().await.unwrap(), fault);
    match fault {
        Some(Fault::Slow) if is_put || body.is_empty() => std::future::pending().await,
        Some(Fault::Slow) => (status, half_of(&body).chain(stream::pending())).into_parts_of(&body),
        // Before its head came an answer is nothing.
        Some(Fault::Cut) if is_put || body.is_empty() => {
            std::panic::resume_unwind(Box::new("the connection goes with it"))
        }
        Some(Fault::Cut) => {
            let broken_off = stream::once(async { Err(std::io::Error::other("broken off")) });
            (status, half_of(&body).chain(broken_off)).into_parts_of(&body)
        }
        _ => (status, body).into_response(),
    }
}

fn spoil(bytes: Bytes, fault: Option<Fault>) -> Bytes {
    let mut bytes = Vec::from(bytes);
    if let (Some(Fault::Spoiled), Some(last)) = (fault, bytes.last_mut()) {
        *last ^= 1;
    }
    bytes.into()
}

type Pieces = std::io::Result<Bytes>;

fn half_of(body: &Bytes) -> impl futures_util::Stream<Item = Pieces> + Send + 'static + use<> {
    let half = body.slice(..body.len() / 2);
    stream::once(async move { Ok(half) })
}

/// An answer that promises all of a body.
trait Promise {
    fn into_parts_of(self, body: &Bytes) -> Response;
}

impl<S: futures_util::Stream<Item = Pieces> + Send + 'static> Promise for (StatusCode, S) {
    fn into_parts_of(self, body: &Bytes) -> Response {
        let length = [(header::CONTENT_LENGTH, body.len())];
        (self.0, length, Body::from_stream(self.1)).into_response()
    }
}
