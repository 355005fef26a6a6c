//! `POST /v1/sessions/{id}/client-tokens`

use std::time::Duration;

use axum::http::StatusCode;
use headshot_api::ClientToken;
use serde_json::Value;

use crate::common::{API_KEY, World, delete, get, post};

#[tokio::test]
async fn mints_one_more_token() {
    let world = World::new().await;
    let (session, first) = world.open().await;
    let path = format!("/v1/sessions/{}/client-tokens", session.id);
    world.clock.advance(Duration::from_hours(1));
    let answer = world.send(post(&path, API_KEY, &Value::Null)).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("cache-control"), "no-store");
    let minted: ClientToken = answer.json();
    assert_eq!(minted.expires_at, "2026-01-03T04:04:05Z");
    for token in [first, minted.token] {
        let answer = world.send(get(&format!("/v1/sessions/{}", session.id), &token)).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn only_for_the_host_application_and_a_living_session() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let path = format!("/v1/sessions/{}/client-tokens", session.id);
    world.send(post(&path, "", &Value::Null)).await.is_problem(401, "credentials_missing");
    world.send(post(&path, &token, &Value::Null)).await.is_problem(401, "api_key_refused");
    let unknown = "/v1/sessions/ses_00000000000000000000000000000000/client-tokens";
    world.send(post(unknown, API_KEY, &Value::Null)).await.is_problem(404, "session_unknown");
    world.send(delete(&format!("/v1/sessions/{}", session.id), API_KEY)).await;
    world.send(post(&path, API_KEY, &Value::Null)).await.is_problem(410, "session_deleted");
}
