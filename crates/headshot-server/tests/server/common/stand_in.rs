use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::serve;

/// A stand-in for the provider's API and image host that does what a test tells it and remembers what it was asked.
#[derive(Clone)]
pub(crate) struct StandIn {
    pub(crate) url: String,
    state: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    calls: Vec<Call>,
    next: VecDeque<(StatusCode, HeaderMap, String)>,
    models: BTreeMap<String, Value>,
    created: usize,
    photos: Vec<Value>,
    favorite: Value,
    images: BTreeMap<String, Image>,
    delay: Duration,
}

/// One request that the stand-in received.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

#[derive(Clone)]
struct Image {
    status: StatusCode,
    location: Option<String>,
    bytes: Vec<u8>,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let state = Arc::<Mutex<Script>>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        Self { url: serve(router).await, state }
    }

    /// The next request is answered with this, whatever it asks.
    pub(crate) fn answer_next(&self, status: u16, body: &Value) {
        self.answer_next_with(status, HeaderMap::new(), body.to_string());
    }

    pub(crate) fn answer_next_with(&self, status: u16, headers: HeaderMap, body: String) {
        self.script(|script| script.next.push_back((StatusCode::from_u16(status).unwrap(), headers, body)));
    }

    /// Every answer is on its way for so long, and old when it arrives.
    pub(crate) fn be_slow(&self, delay: Duration) {
        self.script(|script| script.delay = delay);
    }

    /// The model is as the test says from now on.
    pub(crate) fn set_model(&self, id: &str, model: Value) {
        self.script(|script| script.models.insert(id.into(), model));
    }

    pub(crate) fn forget_model(&self, id: &str) {
        self.script(|script| script.models.remove(id));
    }

    /// The model is ready; its photos are `ids`, each with an image of its own.
    pub(crate) fn finish(&self, model: &str, ids: &[&str]) {
        let photos = ids.iter().map(|id| self.photo(id)).collect();
        for id in ids {
            self.set_image(id, png(id));
        }
        self.set_photos(photos);
        self.set_model(model, json!({"id": model, "status": "active", "finishedAt": "2026-01-02T03:00:00.000Z"}));
    }

    /// The links to the photos still work now, by the machine's clock.
    pub(crate) fn prolong_links(&self) {
        let prolonged = |photo: &mut Value| photo["expiresAt"] = "2099-01-01T00:00:00.000Z".into();
        self.script(|script| script.photos.iter_mut().for_each(prolonged));
    }

    pub(crate) fn photo(&self, id: &str) -> Value {
        json!({
            "id": id, "status": "active", "expiresAt": "2026-01-03T03:04:05.000Z",
            "urls": {"main": format!("{}/images/{id}", self.url)},
        })
    }

    pub(crate) fn set_photos(&self, photos: Vec<Value>) {
        self.script(|script| script.photos = photos);
    }

    pub(crate) fn set_favorite(&self, photo: Value) {
        self.script(|script| script.favorite = photo);
    }

    pub(crate) fn set_image(&self, id: &str, bytes: Vec<u8>) {
        self.put_image(id, Image { status: StatusCode::OK, location: None, bytes });
    }

    pub(crate) fn refuse_image(&self, id: &str, status: u16) {
        let status = StatusCode::from_u16(status).unwrap();
        self.put_image(id, Image { status, location: None, bytes: Vec::new() });
    }

    pub(crate) fn redirect_image(&self, id: &str, location: &str) {
        self.put_image(id, Image { status: StatusCode::FOUND, location: Some(location.into()), bytes: Vec::new() });
    }

    /// Forgets the answers that were still to be given.
    pub(crate) fn calm_down(&self) {
        self.script(|script| script.next.clear());
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.script(|script| script.calls.clone())
    }

    /// The requests whose path ends so.
    pub(crate) fn calls_to(&self, end: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.path.ends_with(end)).collect()
    }

    fn put_image(&self, id: &str, image: Image) {
        self.script(|script| script.images.insert(id.into(), image));
    }

    fn script<T>(&self, act: impl FnOnce(&mut Script) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }
}

/// Bytes that begin like a PNG and differ by name.
pub(crate) fn png(name: &str) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n", name.as_bytes()].concat()
}

async fn answer(
    State(state): State<Arc<Mutex<Script>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (response, delay) = state.lock().unwrap().answer(method, &uri, &headers, &body);
    tokio::time::sleep(delay).await;
    response
}

impl Script {
    fn answer(&mut self, method: Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> (Response, Duration) {
        let response = self.next(&method, uri);
        self.calls.push(Call {
            method,
            path: uri.path().into(),
            authorization: headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned()),
            body: serde_json::from_slice(body).unwrap_or_default(),
        });
        (response, self.delay)
    }

    fn next(&mut self, method: &Method, uri: &Uri) -> Response {
        if let Some((status, headers, body)) = self.next.pop_front() {
            return (status, headers, body).into_response();
        }
        if let Some(image) = uri.path().strip_prefix("/images/") {
            return self.image(image);
        }
        let path = uri.path().strip_prefix("/api/v2/organization/models").unwrap_or("/unknown");
        self.api(method, path.trim_start_matches('/'), uri.query().unwrap_or_default())
    }

    fn image(&self, id: &str) -> Response {
        let Some(image) = self.images.get(id) else { return StatusCode::NOT_FOUND.into_response() };
        match &image.location {
            Some(location) => (image.status, [(header::LOCATION, location.clone())]).into_response(),
            None => (image.status, image.bytes.clone()).into_response(),
        }
    }

    fn api(&mut self, method: &Method, path: &str, query: &str) -> Response {
        let (model, rest) = path.split_once('/').unwrap_or((path, ""));
        match (method.as_str(), model, rest) {
            ("POST", "", "") => self.create(),
            ("GET", id, "") if self.models.contains_key(id) => {
                Json(json!({"success": true, "model": self.models[id]})).into_response()
            }
            ("DELETE", id, "") if self.models.remove(id).is_some() => {
                Json(json!({"success": true, "message": "deleted", "modelId": id})).into_response()
            }
            ("GET", id, "photos") if self.models.contains_key(id) => self.list(query),
            ("GET", id, "photos/favorite") if self.models.contains_key(id) => {
                Json(json!({"success": true, "photo": self.favorite})).into_response()
            }
            _ => {
                let body = json!({"success": false, "error": "no such model", "code": "NOT_FOUND"});
                (StatusCode::NOT_FOUND, Json(body)).into_response()
            }
        }
    }

    fn create(&mut self) -> Response {
        self.created += 1;
        let id = format!("{:024x}", self.created);
        self.models.insert(id.clone(), json!({"id": id, "status": "onboarding"}));
        let signed_url = "https://yourproheadshots.com/auth/social?token=TOK&anonymous=1";
        Json(json!({"success": true, "modelId": id, "status": "onboarding", "signedUrl": signed_url})).into_response()
    }

    fn list(&self, query: &str) -> Response {
        let number = |name: &str| -> Option<usize> {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        let (limit, offset) = (number("limit").unwrap_or(50), number("offset").unwrap_or(0));
        let page: Vec<_> = self.photos.iter().skip(offset).take(limit).collect();
        let has_more = offset + page.len() < self.photos.len();
        let pagination = json!({"total": self.photos.len(), "limit": limit, "offset": offset, "hasMore": has_more});
        Json(json!({"success": true, "photos": page, "pagination": pagination})).into_response()
    }
}
