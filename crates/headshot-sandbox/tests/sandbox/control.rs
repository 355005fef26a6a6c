//! The sandbox's own routes.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{MODELS, Provider};

async fn sent(provider: &Provider, id: &str) -> Vec<(String, String)> {
    let deliveries = provider.get(&format!("/sandbox/deliveries?session={id}")).await.json()["deliveries"].clone();
    let mut events = Vec::new();
    for delivery in deliveries.as_array().unwrap() {
        let path = format!("/sandbox/deliveries/{}", delivery["id"].as_str().unwrap());
        let body: Value = serde_json::from_str(provider.get(&path).await.json()["body"].as_str().unwrap()).unwrap();
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        events.push((word(&delivery["event"]), word(&body["object"]["status"])));
    }
    events
}

#[tokio::test]
async fn lists_what_happened() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let session = &provider.get("/sandbox/sessions").await.json()["sessions"][0];
    assert_eq!((&session["id"], &session["status"]), (&json!(id), &json!("onboarding")));
    let delivery = &provider.get("/sandbox/deliveries").await.json()["deliveries"][0];
    assert_eq!((&delivery["event"], &delivery["state"]), (&json!("model.created"), &json!("not_sent")));
    provider.get("/sandbox/sessions/none").await.refused(404, "NOT_FOUND");
    provider.get("/sandbox/deliveries/none").await.refused(404, "NOT_FOUND");
    provider.post("/sandbox/deliveries/none/resend", json!({})).await.refused(404, "NOT_FOUND");
    provider.get("/sandbox/nothing").await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_status_that_was_set_stays_and_is_announced() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let path = format!("/sandbox/sessions/{id}/status");
    for status in ["waiting", "pending", "generatingHeadshots", "active"] {
        assert_eq!(provider.post(&path, json!({ "status": status })).await.status, StatusCode::OK);
        assert_eq!(provider.status(&id).await, status);
    }
    let updated = |status: &str| ("model.status.updated".to_owned(), status.to_owned());
    let expected = [
        ("model.created".to_owned(), "onboarding".to_owned()),
        updated("waiting"),
        updated("pending"),
        updated("generatingHeadshots"),
        updated("active"),
        ("model.photos_ready".to_owned(), "active".to_owned()),
    ];
    assert_eq!(sent(&provider, &id).await, expected);
    provider.post(&path, json!({ "status": "finished" })).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn an_admins_retry_throws_the_results_away() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let before = provider.photos(&id).await[0]["id"].clone();
    provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": before })).await;
    provider.post(&format!("/sandbox/sessions/{id}/admin-retry"), json!({})).await;
    assert_eq!(provider.status(&id).await, "onboarding");
    assert_eq!(provider.photos(&id).await.len(), 0);
    assert!(provider.get(&format!("{MODELS}/{id}/photos/favorite")).await.json()["photo"].is_null());

    provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": "active" })).await;
    assert_ne!(provider.photos(&id).await[0]["id"], before);
}

#[tokio::test]
async fn a_favorite_is_announced_once_for_each_choice() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let photos = provider.photos(&id).await;
    let path = format!("/sandbox/sessions/{id}/favorite");
    for photo in [0, 0, 1, 0] {
        provider.post(&path, json!({ "photoId": photos[photo]["id"] })).await;
    }
    let events = sent(&provider, &id).await;
    assert_eq!(events.iter().filter(|(event, _)| event == "model.favorite_selected").count(), 3);
    provider.post(&path, json!({ "photoId": "none" })).await.refused(404, "NOT_FOUND");
    provider.post(&path, json!({})).await.refused(400, "INVALID_REQUEST");
}
