//! Scale Headshots.

mod api;
mod capture;
mod webhooks;

use axum::http::StatusCode;
use headshot_sandbox::provider::scale::Config;
use serde_json::{Value, json};

use crate::support::{Answer, Provider};

const API: &str = "/api/v2";
const STUDIO: &str = "stu_sandbox";

impl Provider {
    fn scale_default() -> Self {
        Self::scale(Config::default(), 1.0)
    }

    async fn create_contact(&self, email: &str) -> String {
        let body = json!({ "first_name": "Ada", "last_name": "L", "email": email, "studio_ids": [STUDIO] });
        let made = self.post(&format!("{API}/contacts"), body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// Opens a session for a contact of that address and gives it as the API shows it.
    async fn open_session(&self, email: &str) -> Value {
        let body = json!({ "studio_id": STUDIO, "email": email });
        let opened = self.post(&format!("{API}/studio_sessions"), body).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
        opened.json()
    }

    /// Opens a session and hands a photo in; gives the ids of session and submission.
    async fn submitted(&self, email: &str) -> (String, String) {
        let session = self.open_session(email).await["id"].as_str().unwrap().to_owned();
        let answer = self.post(&format!("/sandbox/sessions/{session}/submit"), json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let submission = answer.json()["submissions"][0].as_str().unwrap().to_owned();
        (session, submission)
    }

    async fn submission(&self, id: &str) -> Value {
        self.get(&format!("{API}/submissions/{id}")).await.json()
    }
}

fn path_of(url: &Value) -> String {
    let url = url.as_str().unwrap_or_else(|| panic!("no URL: {url}"));
    url.strip_prefix("http://127.0.0.1:8789").unwrap().to_owned()
}

impl Answer {
    /// Asserts that this is an error with that status and code, and gives its text.
    #[track_caller]
    fn is_problem(&self, status: u16, code: &str) -> String {
        let error = &self.json()["error"];
        assert_eq!((self.status.as_u16(), &error["code"]), (status, &json!(code)), "{}", self.text());
        error["message"].as_str().unwrap().to_owned()
    }
}
