//! `DELETE /v1/sessions/{id}`

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use headshot_api::State;
use serde_json::json;

use crate::common::{API_KEY, MODEL, World, delete, event, get};

fn deletion(id: &str, credential: &str) -> Request<Body> {
    delete(&format!("/v1/sessions/{id}"), credential)
}

#[tokio::test]
async fn removes_everything_and_leaves_a_tombstone() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    world.provider.finish(MODEL, &["p1", "p2"]);
    world.deliver(&event("evt_1", "model.photos_ready", MODEL, "active", world.clock.now())).await;
    world.work().await;
    assert_eq!(world.files().len(), 2);

    let answer = world.send(deletion(&session.id, API_KEY)).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    world.work().await;
    let last = world.provider.calls().pop().unwrap();
    assert_eq!((last.method, last.path), (Method::DELETE, format!("/api/v2/organization/models/{MODEL}")));
    assert!(world.files().is_empty());
    assert_eq!(world.query::<i64>("SELECT count(*) FROM photos"), 0);
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work"), 0);
    assert_eq!(world.query::<i64>("SELECT count(body) FROM deliveries"), 0);

    let shown = world.send(get(&format!("/v1/sessions/{}", session.id), &token)).await.json::<headshot_api::Session>();
    assert_eq!((shown.state, shown.surface, shown.photos.len()), (State::Deleted, None, 0));
}

#[tokio::test]
async fn a_second_time_is_fine_and_asks_nobody() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    world.send(deletion(&session.id, API_KEY)).await;
    let calls = world.provider.calls().len();
    assert_eq!(world.send(deletion(&session.id, API_KEY)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.provider.calls().len(), calls);
}

#[tokio::test]
async fn a_session_that_is_gone_at_the_provider_is_fine() {
    let world = World::new().await;
    for (status, code) in [(404, "NOT_FOUND"), (400, "ALREADY_DELETED")] {
        let (session, _) = world.open().await;
        world.provider.answer_next(status, &json!({"success": false, "error": "gone", "code": code}));
        assert_eq!(world.send(deletion(&session.id, API_KEY)).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn nothing_is_removed_while_the_provider_still_has_it() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    world.provider.answer_next(500, &json!("down"));
    let answer = world.send(deletion(&session.id, API_KEY)).await;
    answer.is_problem(502, "provider_unreachable");
    assert_eq!(world.session(&session.id).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn a_tombstone_is_not_moved_by_events() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    world.send(deletion(&session.id, API_KEY)).await;
    world.clock.advance(Duration::from_secs(1));
    let late = event("evt_1", "model.status.updated", MODEL, "active", world.clock.now());
    assert_eq!(world.deliver(&late).await.status, StatusCode::OK);
    assert_eq!(world.session(&session.id).await.state, State::Deleted);
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work"), 0);
}

#[tokio::test]
async fn equal_photos_of_another_session_stay() {
    let world = World::new().await;
    let (first, _) = world.open().await;
    let (second, _) = world.open().await;
    world.provider.finish(MODEL, &["p1"]);
    world.provider.finish(&format!("{:024x}", 2), &["p1"]);
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(world.files().len(), 2);
    world.send(deletion(&first.id, API_KEY)).await;
    world.work().await;
    let photo = world.session(&second.id).await.photos.remove(0);
    let path = photo.url.strip_prefix(crate::common::PUBLIC_URL).unwrap();
    assert_eq!(world.send(get(path, "")).await.status, StatusCode::OK);
    world.send(deletion(&second.id, API_KEY)).await;
    world.work().await;
    assert!(world.files().is_empty());
}

#[tokio::test]
async fn only_for_the_host_application() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    world.send(deletion(&session.id, "")).await.is_problem(401, "credentials_missing");
    world.send(deletion(&session.id, &token)).await.is_problem(401, "api_key_refused");
    world.send(deletion("ses_00000000000000000000000000000000", API_KEY)).await.is_problem(404, "session_unknown");
}
