//! Skylab Studio.

mod jobs;
mod notices;
mod profiles;
mod storage;

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::skylab::Config;
use serde_json::{Value, json};

use crate::support::{Answer, PendingRequest, Provider, raw};

const API: &str = "/api/public/v1";
const JPEG: &[u8] = include_bytes!("files/small.jpg");

impl Provider {
    fn skylab_default() -> Self {
        Self::skylab(Config::default(), 1.0)
    }

    /// Makes a job and gives its id.
    async fn create_job(&self, name: &str) -> u64 {
        let made = self.post(&format!("{API}/jobs"), json!({ "name": name, "profile_id": 1 })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["id"].as_u64().unwrap()
    }

    /// Adds a photo without its file, and gives its id.
    async fn add_photo(&self, job: u64, name: &str) -> u64 {
        let body = json!({ "job_id": job, "name": name, "use_cache_upload": false });
        let made = self.post(&format!("{API}/photos"), body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["id"].as_u64().unwrap()
    }

    /// A presigned URL for a photo's file, as path and query.
    async fn upload_url(&self, photo: u64, content_md5: Option<&str>) -> String {
        let md5 = content_md5.map(|md5| format!("&content_md5={}", md5.replace('+', "%2B"))).unwrap_or_default();
        let path = format!("{API}/photos/upload_url?photo_id={photo}&use_cache_upload=false{md5}");
        path_of(&self.get(&path).await.json()["url"])
    }

    /// Uploads a file as the provider's own packages do.
    async fn upload(&self, photo: u64, file: &[u8]) {
        let url = self.upload_url(photo, None).await;
        let answer = self.send(put(file).header(TAGGING, "job=photo&api=true"), &url).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    async fn job(&self, id: u64) -> Value {
        self.get(&format!("{API}/jobs/{id}")).await.json()
    }

    /// A job with one uploaded photo that is complete.
    async fn complete_job(&self, photo_name: &str, file: &[u8]) -> u64 {
        let job = self.create_job("demo").await;
        let photo = self.add_photo(job, photo_name).await;
        self.upload(photo, file).await;
        let done = self.post(&format!("/sandbox/sessions/{job}/complete"), json!({})).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        job
    }
}

const TAGGING: axum::http::HeaderName = axum::http::HeaderName::from_static("x-amz-tagging");

fn put(file: &[u8]) -> PendingRequest {
    raw(Method::PUT, "application/octet-stream", file.to_vec())
}

fn path_of(url: &Value) -> String {
    let url = url.as_str().unwrap_or_else(|| panic!("no URL: {url}"));
    url.strip_prefix("http://127.0.0.1:8790").unwrap().to_owned()
}

impl Answer {
    /// Asserts that this is the documented error with that status, and gives its text.
    #[track_caller]
    fn is_error(&self, status: u16) -> String {
        let body = self.json();
        assert_eq!((self.status.as_u16(), &body["code"]), (status, &json!(status)), "{body}");
        assert!(body["errors"].is_object(), "{body}");
        body["message"].as_str().unwrap().to_owned()
    }
}
