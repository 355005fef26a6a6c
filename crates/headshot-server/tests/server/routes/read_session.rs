//! `GET /v1/sessions/{id}`

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::common::{API_KEY, MODEL, NOW, World, event, get, request};

fn conditional(id: &str, credential: &str, etag: &str, prefer: &str) -> Request<Body> {
    request(Method::GET, &format!("/v1/sessions/{id}"), credential)
        .header("if-none-match", etag)
        .header("prefer", prefer)
        .body(Body::empty())
        .unwrap()
}

async fn etag(world: &World, id: &str) -> String {
    world.send(get(&format!("/v1/sessions/{id}"), API_KEY)).await.header("etag").to_owned()
}

#[tokio::test]
async fn shows_the_session_to_its_browser() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let answer = world.send(get(&format!("/v1/sessions/{}", session.id), &token)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let shown = json!({
        "id": session.id, "provider": "headshotpro", "state": "awaiting_user", "providerStatus": "onboarding",
        "surface": {
            "kind": "frame",
            "url": "https://yourproheadshots.com/auth/social?token=TOK&anonymous=1",
            "origins": ["https://yourproheadshots.com", "https://studio.example.test"],
        },
        "testMode": false, "photos": [],
        "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z",
    });
    assert_eq!(answer.json::<Value>(), shown);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("etag").starts_with('"'));
    assert_eq!(answer.header("preference-applied"), "");
}

#[tokio::test]
async fn shows_any_session_to_the_host_application() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    let answer = world.send(get(&format!("/v1/sessions/{}", session.id), API_KEY)).await;
    assert_eq!(answer.json::<Value>()["id"], session.id);
}

#[tokio::test]
async fn answers_without_a_body_where_nothing_changed() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let etag = etag(&world, &session.id).await;
    let answer = world.send(conditional(&session.id, &token, &etag, "")).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(answer.header("etag"), etag);
}

#[tokio::test]
async fn waits_for_who_holds_a_tag_that_a_compressing_proxy_changed() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let etag = etag(&world, &session.id).await;
    let held = format!("\"{}-gzip\"", etag.trim_matches('"'));
    let began = Instant::now();
    let answer = world.send(conditional(&session.id, &token, &held, "wait=1")).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_with_any_tag_ends_with_the_change() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let began = Instant::now();
    let waiting = world.send(conditional(&session.id, &token, "*", "wait=20"));
    // A change before the first look is none to whoever holds whatever there is.
    let changing = async {
        for (number, status) in ["waiting", "generatingHeadshots"].iter().cycle().enumerate() {
            tokio::time::sleep(Duration::from_millis(200)).await;
            world.deliver(&event(&format!("evt_{number}"), "model.status.updated", MODEL, status, NOW)).await;
        }
    };
    let answer = tokio::select! {
        answer = waiting => answer,
        () = changing => unreachable!("there is no end of changes"),
    };
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[tokio::test]
async fn a_wait_does_not_keep_the_request_in_memory() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let etag = etag(&world, &session.id).await;
    let kept = Arc::new(());
    let mut request = conditional(&session.id, &token, &etag, "wait=20");
    let bytes = Bytes::from_owner(Head(Arc::clone(&kept)));
    request.headers_mut().insert("x-large", HeaderValue::from_maybe_shared(bytes).unwrap());
    let waiting = world.send(request);
    let looking = async {
        crate::common::eventually("somebody waits", async || world.watched() > 0).await;
        crate::common::eventually("the head is freed", async || Arc::strong_count(&kept) == 1).await;
        world.app.stop();
    };
    let (answer, ()) = tokio::join!(waiting, looking);
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
}

/// Bytes of a request's head that tell how long they are kept.
struct Head(Arc<()>);

impl AsRef<[u8]> for Head {
    fn as_ref(&self) -> &[u8] {
        assert!(Arc::strong_count(&self.0) > 1);
        b"head"
    }
}

#[tokio::test]
async fn a_wait_ends_with_the_change() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let etag = etag(&world, &session.id).await;
    let waiting = world.send(conditional(&session.id, &token, &etag, "wait=20"));
    let changing = async {
        crate::common::eventually("somebody waits", async || world.watched() > 0).await;
        world.deliver(&event("evt_1", "model.status.updated", MODEL, "waiting", NOW)).await
    };
    let (answer, _) = tokio::join!(waiting, changing);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json::<Value>()["providerStatus"], "waiting");
    assert_eq!(answer.header("preference-applied"), "wait=20");
    assert_eq!(world.watched(), 0);
}

#[tokio::test]
async fn a_wait_ends_without_a_change_when_its_time_is_over() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let etag = etag(&world, &session.id).await;
    let answer = world.send(conditional(&session.id, &token, &etag, "wait=1")).await;
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert_eq!(answer.header("preference-applied"), "wait=1");
}

#[tokio::test]
async fn a_wait_ends_when_the_server_stops() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let etag = etag(&world, &session.id).await;
    let began = Instant::now();
    let waiting = world.send(conditional(&session.id, &token, &etag, "wait=9999"));
    let stopping = async {
        crate::common::eventually("somebody waits", async || world.watched() > 0).await;
        world.app.stop();
    };
    let (answer, ()) = tokio::join!(waiting, stopping);
    assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    assert_eq!(answer.header("preference-applied"), "wait=25");
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn does_not_wait_for_who_holds_nothing() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let unconditional =
        request(Method::GET, &format!("/v1/sessions/{}", session.id), &token).header("prefer", "wait=25");
    assert_eq!(world.send(unconditional.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    let outdated = world.send(conditional(&session.id, &token, "\"old\"", "wait=25")).await;
    assert_eq!(outdated.status, StatusCode::OK);
}

#[tokio::test]
async fn tells_what_is_wrong_with_the_credentials() {
    let world = World::new().await;
    let (first, first_token) = world.open().await;
    let (second, _) = world.open().await;
    let read = async |id: &str, credential: &str| world.send(get(&format!("/v1/sessions/{id}"), credential)).await;
    read(&first.id, "").await.is_problem(401, "credentials_missing");
    read(&first.id, "another-key-altogether").await.is_problem(401, "api_key_refused");
    read(&first.id, "hct_made_up").await.is_problem(401, "client_token_refused");
    read(&second.id, &first_token).await.is_problem(401, "client_token_refused");
    let unknown = "ses_00000000000000000000000000000000";
    read(unknown, &first_token).await.is_problem(404, "session_unknown");
    read(unknown, API_KEY).await.is_problem(404, "session_unknown");
    read("no-id", API_KEY).await.is_problem(404, "session_unknown");
    world.clock.advance(Duration::from_hours(24));
    read(&first.id, &first_token).await.is_problem(401, "client_token_expired");
}

#[tokio::test]
async fn any_page_may_ask_and_read_the_answer() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let path = format!("/v1/sessions/{}", session.id);
    let preflight = request(Method::OPTIONS, &path, "")
        .header("origin", "https://intranet.test")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization,if-none-match,prefer");
    let answer = world.send(preflight.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-methods"), "GET");
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,if-none-match,prefer");
    for credential in [token.as_str(), "hct_made_up"] {
        let answer = world.send(get(&path, credential)).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-expose-headers"), "etag,preference-applied,retry-after");
    }
}
