use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_server::provider::skylab;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::serve;

pub(crate) const SKYLAB_KEY: &str = "the-skylab-key";
pub(crate) const SKYLAB_SECRET: &str = "sandbox-skylab-secret";
pub(crate) const PROFILE: u64 = 7;

/// A stand-in for Skylab's API and storage, written from its documents, that remembers what it was asked.
#[derive(Clone)]
pub(crate) struct Skylab {
    pub(crate) url: String,
    state: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    url: String,
    calls: Vec<SkylabCall>,
    next: VecDeque<Fault>,
    storage_faults: VecDeque<u16>,
    weather: Option<Weather>,
    jobs: BTreeMap<u64, Value>,
    photos: BTreeMap<u64, StoredPhoto>,
    links: BTreeMap<String, u64>,
    images: BTreeMap<String, Vec<u8>>,
    ids: u64,
    hides_links: bool,
    has_no_credits: bool,
    has_pages: bool,
}

/// A photo's record, and its bytes once they are there.
#[derive(Clone)]
struct StoredPhoto {
    job: u64,
    name: String,
    bytes: Option<Vec<u8>>,
}

/// What happens to each call that nothing else was said about.
type Weather = Box<dyn Fn(&Method, &str) -> Option<Fault> + Send>;

/// What happens to a call.
pub(crate) enum Fault {
    /// It is answered with this, and nothing is done.
    Answer(u16, Value),
    /// It is done, and the answer is lost.
    Lost,
}

/// One request that the stand-in received.
#[derive(Clone, Debug)]
pub(crate) struct SkylabCall {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Skylab {
    pub(crate) async fn start() -> Self {
        let state = Arc::<Mutex<Script>>::default();
        let router = Router::new().fallback(answer).layer(axum::extract::DefaultBodyLimit::disable());
        let router = router.with_state(Arc::clone(&state));
        let url = serve(router).await;
        state.lock().unwrap().url.clone_from(&url);
        Self { url, state }
    }

    /// Settings of a server whose provider this is.
    pub(crate) fn args(&self) -> skylab::Args {
        skylab::Args {
            skylab_api_key: Some(SKYLAB_KEY.into()),
            skylab_webhook_secret: Some(SKYLAB_SECRET.into()),
            skylab_profile_id: Some(PROFILE.to_string()),
            skylab_unsigned_webhooks: "off".into(),
            skylab_signature_tolerance: "300".into(),
            skylab_base_url: format!("{}/api/public/v1", self.url),
            skylab_calls_a_minute: "60000".into(),
            skylab_photo_hosts: self.url.replace("http://", ""),
        }
    }

    /// The next call is answered with this, whatever it asks.
    pub(crate) fn answer_next(&self, status: u16, body: &Value) {
        self.script(|script| script.next.push_back(Fault::Answer(status, body.clone())));
    }

    /// The next call is carried out, and its answer is lost.
    pub(crate) fn lose_next(&self) {
        self.script(|script| script.next.push_back(Fault::Lost));
    }

    /// From now on this decides what happens to each call, by its method and path.
    pub(crate) fn set_weather(&self, weather: impl Fn(&Method, &str) -> Option<Fault> + Send + 'static) {
        self.script(|script| script.weather = Some(Box::new(weather)));
    }

    /// The storage answers so to the next photos.
    pub(crate) fn refuse_photos(&self, statuses: &[u16]) {
        self.script(|script| script.storage_faults.extend(statuses));
    }

    /// Whether the account can pay for a job.
    pub(crate) fn set_credits(&self, has_credits: bool) {
        self.script(|script| script.has_no_credits = !has_credits);
    }

    /// Lists of photos come in pages of 15.
    pub(crate) fn set_pages(&self, has_pages: bool) {
        self.script(|script| script.has_pages = has_pages);
    }

    /// Finished jobs show no links; each photo must be asked for.
    pub(crate) fn hide_links(&self) {
        self.script(|script| script.hides_links = true);
    }

    /// The job is as it was, but for these fields.
    pub(crate) fn change_job(&self, id: u64, fields: &Value) {
        self.script(|script| {
            let job = script.jobs.get_mut(&id).unwrap().as_object_mut().unwrap();
            job.extend(fields.as_object().unwrap().clone());
        });
    }

    /// Every photo of the job is retouched.
    pub(crate) fn finish(&self, id: u64) {
        self.script(|script| script.finish(id));
    }

    pub(crate) fn forget_job(&self, id: u64) {
        self.script(|script| script.jobs.remove(&id));
    }

    pub(crate) fn job(&self, id: u64) -> Value {
        self.script(|script| script.jobs[&id].clone())
    }

    pub(crate) fn jobs(&self) -> BTreeSet<u64> {
        self.script(|script| script.jobs.keys().copied().collect())
    }

    /// The bytes of the job's photos, in no order; a record without bytes is `None`.
    pub(crate) fn photos(&self, job: u64) -> Vec<Option<Vec<u8>>> {
        self.script(|script| {
            script.photos.values().filter(|photo| photo.job == job).map(|photo| photo.bytes.clone()).collect()
        })
    }

    /// The id of the job's first photo.
    pub(crate) fn photo_id(&self, job: u64) -> u64 {
        self.script(|script| *script.photos.iter().find(|(_, photo)| photo.job == job).unwrap().0)
    }

    /// The names of the job's photos.
    pub(crate) fn photo_names(&self, job: u64) -> Vec<String> {
        self.script(|script| {
            script.photos.values().filter(|photo| photo.job == job).map(|photo| photo.name.clone()).collect()
        })
    }

    pub(crate) fn calls(&self) -> Vec<SkylabCall> {
        self.script(|script| script.calls.clone())
    }

    /// The requests of this method whose path ends so.
    pub(crate) fn calls_to(&self, method: &Method, end: &str) -> Vec<SkylabCall> {
        self.calls().into_iter().filter(|call| call.method == method && call.path.ends_with(end)).collect()
    }

    fn script<T>(&self, act: impl FnOnce(&mut Script) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Script>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut script = state.lock().unwrap();
    script.calls.push(SkylabCall {
        method: method.clone(),
        path: uri.path().into(),
        query: uri.query().unwrap_or_default().into(),
        headers: headers.clone(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    let is_api = uri.path().starts_with("/api/");
    let planned = if is_api { script.next.pop_front() } else { None };
    let fault = planned.or_else(|| script.weather.as_ref().and_then(|weather| weather(&method, uri.path())));
    match fault {
        Some(Fault::Answer(status, answer)) => refuse(status, &answer),
        Some(Fault::Lost) => {
            script.answer(&method, &uri, &headers, &body);
            StatusCode::BAD_GATEWAY.into_response()
        }
        None => script.answer(&method, &uri, &headers, &body),
    }
}

fn refuse(status: u16, body: &Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(body.clone())).into_response()
}

fn not_found() -> Response {
    refuse(404, &json!({"code": 404, "message": "not found"}))
}

fn invalid(field: &str) -> Response {
    refuse(422, &json!({"code": 422, "message": "invalid", "errors": {field: ["is invalid"]}}))
}

impl Script {
    fn answer(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response {
        if let Some(link) = uri.path().strip_prefix("/bucket/") {
            return self.store(link, headers, body);
        }
        if let Some(name) = uri.path().strip_prefix("/results/") {
            let image = self.images.get(name).cloned();
            return image.map_or_else(|| StatusCode::FORBIDDEN.into_response(), IntoResponse::into_response);
        }
        if headers.get("x-slt-api-key").is_none_or(|key| key != SKYLAB_KEY) {
            return refuse(401, &json!({"code": 401, "message": "bad token"}));
        }
        let path = uri.path().strip_prefix("/api/public/v1/").unwrap_or_default();
        self.api(method, path, uri.query().unwrap_or_default(), &serde_json::from_slice(body).unwrap_or_default())
    }

    fn api(&mut self, method: &Method, path: &str, query: &str, body: &Value) -> Response {
        let parts: Vec<_> = path.split('/').collect();
        let id = parts.get(1).and_then(|id| id.parse::<u64>().ok());
        let query: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let named = |name: &str| query.get(name).and_then(|text| text.parse::<u64>().ok());
        match (method.as_str(), parts.as_slice(), id) {
            ("POST", ["jobs"], _) => self.create_job(body),
            ("GET", ["jobs", "find_by_name"], _) => {
                let found = self
                    .jobs
                    .values()
                    .find(|job| Some(job["name"].as_str().unwrap()) == query.get("name").map(String::as_str));
                found.map_or_else(not_found, |job| Json(job.clone()).into_response())
            }
            ("GET", ["jobs", _], Some(id)) => self.with_job(id, |job| job.clone()),
            ("DELETE", ["jobs", _], Some(id)) => {
                self.photos.retain(|_, photo| photo.job != id);
                self.jobs.remove(&id).map_or_else(not_found, |job| Json(job).into_response())
            }
            ("POST", ["jobs", _, "queue"], Some(id)) => self.queue(id, body),
            ("POST", ["jobs", _, "cancel"], Some(id)) => self.cancel(id),
            ("POST", ["photos"], _) => self.create_photo(body),
            ("GET", ["photos", "upload_url"], _) => self.upload_url(named("photo_id"), query.get("content_md5")),
            ("GET", ["photos", "list_for_job"], _) => self.list(named("job_id"), named("page")),
            ("GET", ["photos", _], Some(id)) if self.photos.contains_key(&id) => {
                Json(self.photo(id, true)).into_response()
            }
            ("DELETE", ["photos", _], Some(id)) if self.photos.contains_key(&id) => {
                let photo = self.photo(id, true);
                self.photos.remove(&id);
                Json(photo).into_response()
            }
            _ => not_found(),
        }
    }

    fn with_job(&mut self, id: u64, act: impl FnOnce(&mut Value) -> Value) -> Response {
        self.jobs.get_mut(&id).map_or_else(not_found, |job| Json(act(job)).into_response())
    }

    fn next_id(&mut self) -> u64 {
        self.ids += 1;
        40 + self.ids
    }

    fn create_job(&mut self, body: &Value) -> Response {
        if body["profile_id"] != PROFILE {
            return invalid("profile");
        }
        if self.jobs.values().any(|job| job["name"] == body["name"]) {
            return invalid("name");
        }
        let id = self.next_id();
        let job = json!({
            "accountId": 1, "id": id, "name": body["name"], "profileId": PROFILE, "state": "pending", "type": "regular",
            "photoDownloadUrls": {}, "errors": [],
        });
        self.jobs.insert(id, job.clone());
        (StatusCode::CREATED, Json(job)).into_response()
    }

    fn create_photo(&mut self, body: &Value) -> Response {
        let (Some(job), Some(name)) = (body["job_id"].as_u64(), body["name"].as_str()) else { return invalid("job") };
        if !self.jobs.contains_key(&job) {
            return not_found();
        }
        if self.photos.values().any(|photo| photo.job == job && photo.name == name) {
            return invalid("name");
        }
        let id = self.next_id();
        self.photos.insert(id, StoredPhoto { job, name: name.into(), bytes: None });
        (StatusCode::CREATED, Json(self.photo(id, false))).into_response()
    }

    fn photo(&self, id: u64, is_alone: bool) -> Value {
        let photo = &self.photos[&id];
        let is_finished = self.images.contains_key(&photo.name) && is_alone;
        let url = is_finished.then(|| format!("{}/results/{}", self.url, photo.name));
        json!({"id": id, "jobId": photo.job, "name": photo.name, "retouchedUrl": url})
    }

    fn upload_url(&mut self, photo: Option<u64>, md5: Option<&String>) -> Response {
        let Some(id) = photo.filter(|id| self.photos.contains_key(id)) else { return not_found() };
        let link = format!("{id}-{}", self.links.len());
        self.links.insert(link.clone(), id);
        let signed_for = md5.map_or("", String::as_str);
        let signed_for: String = url::form_urlencoded::byte_serialize(signed_for.as_bytes()).collect();
        Json(json!({"url": format!("{}/bucket/{link}?md5={signed_for}", self.url), "key": link})).into_response()
    }

    /// The whole list, or a page of it: no document says which.
    fn list(&self, job: Option<u64>, page: Option<u64>) -> Response {
        let Some(job) = job.filter(|job| self.jobs.contains_key(job)) else { return not_found() };
        let ids = self.photos.iter().filter(|(_, photo)| photo.job == job).map(|(id, _)| *id);
        let skipped = usize::try_from(page.unwrap_or(1) - 1).unwrap() * 15;
        let (skipped, taken) = if self.has_pages { (skipped, 15) } else { (0, usize::MAX) };
        Json(ids.skip(skipped).take(taken).map(|id| self.photo(id, false)).collect::<Vec<_>>()).into_response()
    }

    /// A presigned link takes one photo, whole and tagged, and works once.
    fn store(&mut self, link: &str, headers: &HeaderMap, body: &Bytes) -> Response {
        if let Some(status) = self.storage_faults.pop_front() {
            return StatusCode::from_u16(status).unwrap().into_response();
        }
        let Some(id) = self.links.remove(link) else { return StatusCode::FORBIDDEN.into_response() };
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let md5 = STANDARD.encode(Md5::digest(body));
        if header("content-md5") != md5 || header("x-amz-tagging") != "job=photo&api=true" {
            return StatusCode::BAD_REQUEST.into_response();
        }
        let Some(photo) = self.photos.get_mut(&id) else { return StatusCode::NOT_FOUND.into_response() };
        photo.bytes = Some(body.to_vec());
        StatusCode::OK.into_response()
    }

    fn queue(&mut self, id: u64, body: &Value) -> Response {
        let mut photos = self.photos.values().filter(|photo| photo.job == id).peekable();
        let is_whole = photos.peek().is_some() && photos.all(|photo| photo.bytes.is_some());
        let Some(job) = self.jobs.get_mut(&id) else { return not_found() };
        if job["state"] != "pending" || self.has_no_credits {
            return invalid("state");
        }
        job["state"] = json!(if is_whole { "queued" } else { "error" });
        job["callback_url"] = body["callback_url"].clone();
        Json(job.clone()).into_response()
    }

    fn cancel(&mut self, id: u64) -> Response {
        let Some(job) = self.jobs.get_mut(&id) else { return not_found() };
        if job["state"] != "queued" && job["state"] != "processing" {
            return invalid("state");
        }
        job["state"] = json!("pending");
        Json(job.clone()).into_response()
    }

    fn finish(&mut self, id: u64) {
        let names: Vec<_> =
            self.photos.values().filter(|photo| photo.job == id).map(|photo| photo.name.clone()).collect();
        let mut urls = json!({});
        for name in names {
            urls[&name] = json!(format!("{}/results/{name}", self.url));
            self.images.entry(name.clone()).or_insert_with(|| super::png(&name));
        }
        let job = self.jobs.get_mut(&id).unwrap();
        job["state"] = json!("complete");
        job["completedAt"] = json!("2026-01-02T04:00:00Z");
        if !self.hides_links {
            job["photoDownloadUrls"] = urls;
        }
    }
}
