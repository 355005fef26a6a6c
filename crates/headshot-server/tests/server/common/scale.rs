//! A server whose provider is a stand-in for Scale Headshots.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use headshot_api::{OpenedSession, Session};
use headshot_server::ServeArgs;
use headshot_server::provider::scale::Args;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
use url::Url;

use super::{API_KEY, Answer, Call, World, png, post, request, serve};

pub(crate) const SECRET: &str = "sandbox-scale-secret";
pub(crate) const STUDIO_LINK: &str = "https://headshots.studio/public";

/// A server, its stand-in, and their clock.
pub(crate) struct ScaleWorld {
    world: World,
    pub(crate) provider: ScaleStandIn,
}

impl Deref for ScaleWorld {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl ScaleWorld {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Args)) -> Self {
        let provider = ScaleStandIn::start().await;
        let mut scale = args(&provider);
        change(&mut scale);
        let world = World::with(|args: &mut ServeArgs| args.providers.scale = scale).await;
        Self { world, provider }
    }

    /// An account whose API only reads, with the studio's own link.
    pub(crate) async fn read_only() -> Self {
        let world = Self::with(|args| args.scale_studio_link = Some(STUDIO_LINK.into())).await;
        world.provider.refuse_writes(403);
        world
    }

    pub(crate) async fn reopened(self) -> Self {
        Self { world: self.world.reopened().await, provider: self.provider }
    }

    pub(crate) async fn ask_to_open(&self, more: &Value) -> Answer {
        let mut body = json!({"provider": "scale", "email": "ada@example.test"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.send(post("/v1/sessions", API_KEY, &body)).await
    }

    pub(crate) async fn open(&self) -> Session {
        let answer = self.ask_to_open(&json!({})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json::<OpenedSession>().session
    }

    /// The person of the first contact sends a picture, now.
    pub(crate) fn submit(&self, id: &str, state: &str) {
        self.submit_as("ctn_1", id, state);
    }

    pub(crate) fn submit_as(&self, contact: &str, id: &str, state: &str) {
        let original = format!("{}/images/{id}-original", self.provider.url);
        self.provider.put_submission(json!({
            "id": id, "studio_id": "stu_1", "contact_id": contact, "state": state, "original_url": original,
            "enhanced_url": null, "created_at": self.clock.now().to_string(),
        }));
    }

    /// The picture is enhanced, and the provider rings.
    pub(crate) async fn complete(&self, id: &str) {
        self.provider.enhance(id);
        self.ring(&json!({"topic": "SUBMISSION_COMPLETE", "submission_id": id})).await;
    }

    /// A delivery with a token of now that is recorded.
    pub(crate) async fn ring(&self, body: &Value) {
        let answer = self.send(self.doorbell(body)).await;
        assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, r#"{"status":"recorded"}"#));
    }

    /// A delivery with a token of now.
    pub(crate) fn doorbell(&self, body: &Value) -> Request<Body> {
        delivery(&token(&dated(self.clock.now())), body.to_string())
    }
}

fn args(provider: &ScaleStandIn) -> Args {
    Args {
        scale_api_key: Some("the-scale-key".into()),
        scale_webhook_secret: Some(SECRET.into()),
        scale_studio_id: Some("stu_1".into()),
        scale_base_url: format!("{}/api/v2", provider.url),
        scale_calls_a_minute: "600".into(),
        scale_link_origins: "https://headshots.studio".into(),
        scale_photo_hosts: provider.url.replace("http://", ""),
        scale_studio_link: None,
        scale_frame: "off".into(),
        scale_list_ids: None,
        scale_token_algorithm: "HS256".into(),
        scale_undated_tokens: "refuse".into(),
    }
}

/// Claims as the provider is thought to send them.
pub(crate) fn dated(at: Timestamp) -> Value {
    json!({"iat": at.as_second(), "exp": at.as_second() + 300})
}

pub(crate) fn token(claims: &Value) -> String {
    signed::<Hmac<Sha256>>("HS256", SECRET, claims)
}

pub(crate) fn token_hs512(claims: &Value) -> String {
    signed::<Hmac<Sha512>>("HS512", SECRET, claims)
}

/// A token that says to be signed by `algorithm`, and is signed by `M`.
pub(crate) fn signed<M: Mac + KeyInit>(algorithm: &str, secret: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": algorithm, "typ": "JWT"})), part(claims));
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

pub(crate) fn delivery(token: &str, body: impl Into<Body>) -> Request<Body> {
    request(Method::POST, "/v1/webhooks/scale", "").header("x-authenticity-token", token).body(body.into()).unwrap()
}

/// A stand-in for the provider's API and image host that does what a test tells it and remembers what it was asked.
#[derive(Clone)]
pub(crate) struct ScaleStandIn {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    calls: Vec<Call>,
    next: VecDeque<(u16, HeaderMap, String)>,
    refuses_writes: Option<u16>,
    /// Query variables that narrow no list.
    ignored: Vec<String>,
    largest_page: usize,
    contacts: Vec<Value>,
    sessions: usize,
    submissions: Vec<Value>,
    hidden: Vec<String>,
    images: BTreeMap<String, Vec<u8>>,
    weather: Option<Weather>,
}

/// What comes before an answer, or instead of it.
type Weather = Box<dyn FnMut(&Method, &str) -> Fault + Send>;

/// What goes wrong with one request.
pub(crate) enum Fault {
    None,
    /// It is answered so, and nothing happens.
    Refused(Response),
    /// It is carried out, and answered so.
    AnswerLost(Response),
}

impl ScaleStandIn {
    async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script { largest_page: 100, ..Script::default() }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        Self { url: serve(router).await, script }
    }

    fn script<T>(&self, act: impl FnOnce(&mut Script) -> T) -> T {
        act(&mut self.script.lock().unwrap())
    }

    /// Every request is first seen by this.
    pub(crate) fn set_weather(&self, weather: impl FnMut(&Method, &str) -> Fault + Send + 'static) {
        self.script(|script| script.weather = Some(Box::new(weather)));
    }

    /// The id of the contact with this address.
    pub(crate) fn contact_of(&self, email: &str) -> String {
        let contacts = self.script(|script| script.contacts.clone());
        let contact = contacts.iter().find(|contact| contact["email"] == email).unwrap();
        contact["id"].as_str().unwrap().to_owned()
    }

    /// Every submission, the newest first.
    pub(crate) fn submissions(&self) -> Vec<Value> {
        self.script(|script| script.submissions.clone())
    }

    /// The next request is answered with this, whatever it asks.
    pub(crate) fn answer_next(&self, status: u16, headers: &[(header::HeaderName, &str)], body: &Value) {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        self.script(|script| script.next.push_back((status, headers, body.to_string())));
    }

    /// Everything but GET is refused from now on.
    pub(crate) fn refuse_writes(&self, status: u16) {
        self.script(|script| script.refuses_writes = Some(status));
    }

    pub(crate) fn ignore_query(&self, name: &str) {
        self.script(|script| script.ignored.push(name.into()));
    }

    pub(crate) fn set_largest_page(&self, size: usize) {
        self.script(|script| script.largest_page = size);
    }

    pub(crate) fn add_contact(&self, contact: Value) {
        self.script(|script| script.contacts.push(contact));
    }

    /// The newest submission stands first in the list.
    pub(crate) fn put_submission(&self, submission: Value) {
        self.script(|script| script.submissions.insert(0, submission));
    }

    /// Changes fields of a submission.
    pub(crate) fn change(&self, id: &str, fields: &Value) {
        self.script(|script| {
            let submission = script.submissions.iter_mut().find(|submission| submission["id"] == id).unwrap();
            submission.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        });
    }

    /// The submission is accepted, and its enhanced picture is there.
    pub(crate) fn enhance(&self, id: &str) {
        self.script(|script| script.images.insert(id.into(), png(id)));
        self.change(id, &json!({"state": "ACCEPTED", "enhanced_url": format!("{}/images/{id}", self.url)}));
    }

    pub(crate) fn forget_submission(&self, id: &str) {
        self.script(|script| script.submissions.retain(|submission| submission["id"] != id));
    }

    /// The list does not show the submission, as one that lags behind.
    pub(crate) fn hide_from_list(&self, id: &str) {
        self.script(|script| script.hidden.push(id.into()));
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.script(|script| script.calls.clone())
    }

    /// The requests, each as its method, its path below the base, and its query.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.calls().iter().map(|call| format!("{} {}", call.method, call.path.replacen("/api/v2/", "", 1))).collect()
    }

    pub(crate) fn forget_calls(&self) {
        self.script(|script| script.calls.clear());
    }
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut script = script.lock().unwrap();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    script.calls.push(Call { method: method.clone(), path: uri.to_string(), authorization, body });
    let fault = script.weather.as_mut().map_or(Fault::None, |weather| weather(&method, uri.path()));
    match fault {
        Fault::None => script.answer(&method, &uri),
        Fault::Refused(answer) => answer,
        Fault::AnswerLost(answer) => {
            script.answer(&method, &uri);
            answer
        }
    }
}

fn refusal(status: u16) -> Response {
    let body = json!({"error": {"code": format!("status_{status}"), "message": "no"}});
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

impl Script {
    fn answer(&mut self, method: &Method, uri: &Uri) -> Response {
        if let Some(image) = uri.path().strip_prefix("/images/") {
            return self
                .images
                .get(image)
                .map_or(StatusCode::NOT_FOUND.into_response(), |bytes| bytes.clone().into_response());
        }
        if let Some((status, headers, body)) = self.next.pop_front() {
            return (StatusCode::from_u16(status).unwrap(), headers, body).into_response();
        }
        if let Some(status) = self.refuses_writes.filter(|_| *method != Method::GET) {
            return refusal(status);
        }
        let path: Vec<_> = uri.path().trim_start_matches("/api/v2/").split('/').collect();
        self.api(method, &path, uri)
    }

    fn api(&mut self, method: &Method, path: &[&str], uri: &Uri) -> Response {
        match (method.as_str(), path) {
            ("GET", ["contacts"]) => self.page(&self.contacts, uri, &["email"]),
            ("GET", ["submissions"]) => {
                let shown = self.submissions.iter().filter(|it| !self.hidden.iter().any(|hidden| it["id"] == **hidden));
                self.page(&shown.cloned().collect::<Vec<_>>(), uri, &["studio_id", "contact_id"])
            }
            ("GET", ["contacts", id]) => found(&self.contacts, id),
            ("GET", ["submissions", id]) => found(&self.submissions, id),
            ("POST", ["contacts"]) => self.create_contact(),
            ("PUT", ["contacts", id]) => self.update_contact(id),
            ("POST", ["studio_sessions"]) => self.create_session(),
            _ => refusal(404),
        }
    }

    /// The body of the request that is answered.
    fn sent(&self) -> Value {
        self.calls.last().unwrap().body.clone()
    }

    fn create_contact(&mut self) -> Response {
        let mut contact = self.sent();
        contact["id"] = json!(format!("ctn_{}", self.contacts.len() + 1));
        self.contacts.push(contact.clone());
        (StatusCode::CREATED, Json(contact)).into_response()
    }

    fn update_contact(&mut self, id: &str) -> Response {
        let mut contact = self.sent();
        contact["id"] = json!(id);
        let Some(known) = self.contacts.iter_mut().find(|contact| contact["id"] == id) else { return refusal(404) };
        known.clone_from(&contact);
        Json(contact).into_response()
    }

    fn create_session(&mut self) -> Response {
        self.sessions += 1;
        let mut session = self.sent();
        session["id"] = json!(format!("ses_{}", self.sessions));
        session["url"] = json!(format!("https://headshots.studio/s/TOKEN{}", self.sessions));
        session["expires_at"] = json!("2026-01-02T04:04:05Z");
        (StatusCode::CREATED, Json(session)).into_response()
    }

    fn page(&self, all: &[Value], uri: &Uri, narrowing: &[&str]) -> Response {
        let url: Url = format!("http://x{uri}").parse().unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let is_wanted = |item: &&Value| {
            let mut narrowing = narrowing.iter().filter(|name| !self.ignored.iter().any(|ignored| ignored == *name));
            narrowing.all(|name| query.get(*name).is_none_or(|wanted| item[*name] == **wanted))
        };
        let wanted: Vec<_> = all.iter().filter(is_wanted).collect();
        let size = query["limit"].parse::<usize>().unwrap().min(self.largest_page);
        let start: usize = query.get("cursor").map_or(0, |cursor| cursor.parse().unwrap());
        let page: Vec<_> = wanted.iter().skip(start).take(size).collect();
        let end = start + page.len();
        let next = (end < wanted.len()).then(|| end.to_string());
        Json(json!({"data": page, "next_cursor": next})).into_response()
    }
}

fn found(all: &[Value], id: &str) -> Response {
    all.iter().find(|item| item["id"] == id).map_or_else(|| refusal(404), |item| Json(item).into_response())
}
