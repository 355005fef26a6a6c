//! The stand-in host application, with a stand-in for the headshot server behind it.

use std::{fs, path::PathBuf};

use axum::{
    Json, Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use headshot_sandbox::host;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::support::{Answer, request};

const KEY: &str = "host-secret-key-for-tests";

/// The host application, its pages in a folder that goes away with it.
struct Application {
    router: Router,
    pages: PathBuf,
    server: String,
}

impl Drop for Application {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.pages);
    }
}

impl Application {
    async fn start() -> Self {
        Self::with(headshot_server()).await
    }

    async fn with(server: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, server).await });
        let pages = std::env::temp_dir().join(format!("headshot-host-{}-{}", std::process::id(), address.port()));
        fs::create_dir_all(&pages).unwrap();
        for (name, text) in [("index.html", "<!doctype html>"), ("app.js", "1"), ("app_bg.wasm", "\0asm")] {
            fs::write(pages.join(name), text).unwrap();
        }
        let server = format!("http://{address}");
        let config = host::Config {
            listen: address,
            pages: pages.clone(),
            server: server.parse().unwrap(),
            api_key: KEY.into(),
            providers: vec!["headshotpro".into(), "scale".into()],
        };
        Self { router: host::router(config), pages, server }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let sent = request(method, path, body).into_request(path);
        Answer::of(self.router.clone().oneshot(sent).await.unwrap()).await
    }
}

fn headshot_server() -> Router {
    Router::new().route("/v1/sessions", post(open)).route("/v1/sessions/{id}", get(session))
}

fn is_authorized(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| value == &format!("Bearer {KEY}"))
}

async fn open(headers: HeaderMap, Json(wanted): Json<Value>) -> Response {
    assert!(is_authorized(&headers));
    // A server refuses the word for providers that have no test mode.
    assert_eq!(wanted["testMode"] == true, wanted["provider"] == "headshotpro");
    if wanted["provider"] != "headshotpro" {
        let problem = json!({ "code": "provider_unknown", "status": 422, "provider": wanted["provider"] }).to_string();
        return (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response();
    }
    if wanted["email"] == "taken@example.test" {
        let problem = json!({ "code": "email_exists", "status": 409 }).to_string();
        return (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "application/problem+json")], problem).into_response();
    }
    let answer = json!({ "session": { "id": "ses_1", "photos": [] }, "clientToken": { "token": "hct_1" } });
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn session(headers: HeaderMap, Path(id): Path<String>) -> Json<Value> {
    assert!(is_authorized(&headers));
    let url = "http://localhost:1/v1/photos/pho_1?expires=1&signature=s";
    Json(json!({ "id": id, "photos": [{ "id": "pho_1", "url": url, "expiresAt": "2026-01-02T03:04:05Z" }] }))
}

#[tokio::test]
async fn opens_a_session_for_the_page() {
    let application = Application::start().await;
    let opened = application.call(Method::POST, "/app/headshot-session", None).await;
    assert_eq!(opened.status, StatusCode::CREATED);
    assert_eq!(opened.json(), json!({ "server": application.server, "session": "ses_1", "token": "hct_1" }));
    assert_eq!(application.call(Method::GET, "/app/profile", None).await.json()["session"], "ses_1");
}

#[tokio::test]
async fn asks_for_the_provider_that_the_page_wants() {
    let application = Application::start().await;
    let body = json!({ "provider": "scale" });
    let refused = application.call(Method::POST, "/app/headshot-session", Some(body)).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["provider"]), (422, &json!("scale")));
}

#[tokio::test]
async fn passes_the_servers_problem_on() {
    let application = Application::start().await;
    let body = json!({ "email": "taken@example.test" });
    let refused = application.call(Method::POST, "/app/headshot-session", Some(body)).await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::CONFLICT, &json!("email_exists")));
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn remembers_the_photo_only_of_its_own_session() {
    let application = Application::start().await;
    let empty = application.call(Method::GET, "/app/profile", None).await.json();
    assert_eq!((&empty["name"], &empty["photoUrl"]), (&json!("Ada Lovelace"), &Value::Null));
    assert_eq!(application.call(Method::GET, "/app/profile/photo", None).await.status, StatusCode::NOT_FOUND);

    let choose = async |session: &str, photo: &str| {
        let body = json!({ "session": session, "photoId": photo });
        application.call(Method::PUT, "/app/profile/photo", Some(body)).await
    };
    assert_eq!(choose("ses_1", "pho_1").await.json()["code"], "session_unknown");
    application.call(Method::POST, "/app/headshot-session", None).await;
    assert_eq!(choose("ses_1", "pho_2").await.json()["code"], "photo_unknown");
    assert_eq!(choose("ses_1", "pho_1").await.json()["photoUrl"], "/app/profile/photo?photo=pho_1");

    let photo = application.call(Method::GET, "/app/profile/photo", None).await;
    assert_eq!(photo.status, StatusCode::FOUND);
    assert_eq!(photo.header("location"), "http://localhost:1/v1/photos/pho_1?expires=1&signature=s");
}

#[tokio::test]
async fn serves_pages_with_the_types_that_browsers_insist_on() {
    let application = Application::start().await;
    let kind = async |path: &str| {
        let answer = application.call(Method::GET, path, None).await;
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        (answer.status.as_u16(), answer.header("content-type").to_owned())
    };
    assert_eq!(kind("/").await, (200, "text/html".into()));
    assert_eq!(kind("/app.js").await, (200, "text/javascript".into()));
    assert_eq!(kind("/app_bg.wasm").await, (200, "application/wasm".into()));
    assert_eq!(kind("/people/ada").await, (200, "text/html".into()));
    assert_eq!(kind("/missing.js").await.0, 404);
    assert_eq!(kind("/app/nothing").await, (404, "application/problem+json".into()));
}

#[tokio::test]
async fn says_when_the_server_does_not_answer_sensibly() {
    let application = Application::with(Router::new().fallback(async || Response::new(Body::from("?")))).await;
    let refused = application.call(Method::POST, "/app/headshot-session", None).await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::BAD_GATEWAY, &json!("server_unreachable")));
    let malformed = application.call(Method::POST, "/app/headshot-session", Some(json!(7))).await;
    assert_eq!((malformed.status, &malformed.json()["code"]), (StatusCode::BAD_REQUEST, &json!("body_malformed")));
}
