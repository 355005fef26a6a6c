//! The way from photos to headshots, by a clock that tests move.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::{MODELS, Provider};

/// The statuses of a session from now on until `active`, each with the time at which it was first seen.
async fn watch(provider: &Provider, id: &str, step: Duration) -> Vec<(String, Duration)> {
    let start = Instant::now();
    let mut seen: Vec<(String, Duration)> = Vec::new();
    loop {
        let status = provider.status(id).await;
        if seen.last().is_none_or(|(last, _)| *last != status) {
            seen.push((status.clone(), start.elapsed()));
        }
        if status == "active" {
            return seen;
        }
        assert!(start.elapsed() < Duration::from_hours(2), "stuck: {seen:?}");
        sleep(step).await;
    }
}

fn words(seen: &[(String, Duration)]) -> Vec<&str> {
    seen.iter().map(|(status, _)| status.as_str()).collect()
}

fn end(seen: &[(String, Duration)]) -> Duration {
    seen.last().unwrap().1
}

const CHAIN: [&str; 4] = ["waiting", "pending", "generatingHeadshots", "active"];

#[tokio::test(start_paused = true)]
async fn test_mode_takes_about_three_minutes() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
    let seen = watch(&provider, &id, Duration::from_secs(1)).await;
    assert_eq!(words(&seen), CHAIN);
    assert!((Duration::from_mins(3)..Duration::from_secs(185)).contains(&end(&seen)), "{seen:?}");
    assert!(provider.get(&format!("{MODELS}/{id}")).await.json()["model"]["finishedAt"].is_string());
}

#[tokio::test(start_paused = true)]
async fn real_mode_takes_about_an_hour() {
    let provider = Provider::new();
    let opened = provider.post(MODELS, json!({ "email": "ada@example.test" })).await.json();
    let id = opened["modelId"].as_str().unwrap();
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
    let seen = watch(&provider, id, Duration::from_secs(30)).await;
    assert_eq!(words(&seen), CHAIN);
    assert!((Duration::from_hours(1)..Duration::from_mins(62)).contains(&end(&seen)), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn speed_shortens_everything() {
    let provider = Provider::at_speed(40.0);
    let id = provider.open("ada@example.test").await;
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
    let seen = watch(&provider, &id, Duration::from_millis(50)).await;
    assert_eq!(words(&seen), CHAIN);
    assert!((Duration::from_millis(4500)..Duration::from_millis(4800)).contains(&end(&seen)), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_session_starts_again_by_itself() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
    sleep(Duration::from_mins(1)).await;
    provider.post(&format!("/sandbox/sessions/{id}/fail"), json!({})).await;
    let seen = watch(&provider, &id, Duration::from_secs(1)).await;
    assert_eq!(words(&seen), ["failed", "pending", "generatingHeadshots", "active"]);
}

#[tokio::test(start_paused = true)]
async fn a_status_that_was_set_stops_the_clock() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
    provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": "pending" })).await;
    sleep(Duration::from_hours(3)).await;
    assert_eq!(provider.status(&id).await, "pending");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_session_stays_deleted() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
    provider.call(Method::DELETE, &format!("{MODELS}/{id}"), None).await;
    sleep(Duration::from_hours(3)).await;
    assert_eq!(provider.status(&id).await, "deleted");
    provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await.refused(400, "ALREADY_DELETED");
}

#[tokio::test(start_paused = true)]
async fn photos_are_taken_once() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let path = format!("/sandbox/sessions/{id}/submit");
    provider.post(&path, json!({})).await;
    provider.post(&path, json!({})).await.refused(400, "INVALID_REQUEST");
}
