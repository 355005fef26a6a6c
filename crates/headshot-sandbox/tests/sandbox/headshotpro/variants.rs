//! What the provider's documents disagree about, and other answers that it may give.

use axum::http::Method;
use headshot_sandbox::provider::headshotpro::{Config, Envelope, FavoritePlace, FurtherAttempts};
use serde_json::{Value, json};

use crate::{
    receiver::{Received, Receiver},
    support::{MODELS, Provider, until},
};

/// The event about a favourite, as the receiver gets it.
async fn favorite_event(config: Config) -> Value {
    let receiver = Receiver::default();
    let provider = Provider::fast(Config { webhook_url: Some(receiver.url().await), ..config }, 3600.0);
    let id = provider.open_ready("ada@example.test").await;
    let photo = provider.photos(&id).await[0]["id"].clone();
    provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": photo })).await;
    receiver.after(4).await[3].json()
}

#[tokio::test]
async fn the_envelope_can_be_bare() {
    let event = favorite_event(Config { envelope: Envelope::Bare, ..Config::default() }).await;
    let names: Vec<_> = event.as_object().unwrap().keys().collect();
    assert_eq!(names, ["event", "object", "objectType"]);
    assert_eq!((&event["event"], event["object"]["_id"].is_string()), (&json!("model.favorite_selected"), true));
}

#[tokio::test]
async fn the_favorite_can_stand_in_the_object() {
    let event = favorite_event(Config { favorite_place: FavoritePlace::Object, ..Config::default() }).await;
    assert!(event["object"]["favoritePhoto"]["urls"].is_object() && event.get("favoritePhoto").is_none());
}

/// How a delivery ends whose attempts are answered so.
async fn ended(config: Config, answers: &[u16]) -> Value {
    let receiver = Receiver::answering(answers);
    let provider = Provider::fast(Config { webhook_url: Some(receiver.url().await), ..config }, 36_000.0);
    provider.open("ada@example.test").await;
    until("the end of the attempts", async || {
        let delivery = provider.get("/sandbox/deliveries").await.json()["deliveries"][0].clone();
        (delivery["state"] != "scheduled").then_some(delivery)
    })
    .await
}

fn attempts(delivery: &Value) -> &Vec<Value> {
    delivery["attempts"].as_array().unwrap()
}

#[tokio::test]
async fn three_further_attempts_may_be_all() {
    let config = Config { further_attempts: FurtherAttempts::Three, ..Config::default() };
    let delivery = ended(config, &[500; 10]).await;
    assert_eq!((&delivery["state"], attempts(&delivery).len()), (&json!("given_up"), 4));
}

#[tokio::test]
async fn only_200_may_be_a_success() {
    let delivery = ended(Config { strict_200: true, ..Config::default() }, &[204, 202, 200]).await;
    assert_eq!((&delivery["state"], attempts(&delivery).len()), (&json!("delivered"), 3));
}

/// The timestamps of the first three attempts, of which the last comes seconds after the first.
async fn timestamps(keep_timestamp: bool) -> Vec<String> {
    let receiver = Receiver::answering(&[500; 10]);
    let config = Config { webhook_url: Some(receiver.url().await), keep_timestamp, ..Config::default() };
    // Five minutes last two seconds.
    let provider = Provider::fast(config, 150.0);
    provider.open("ada@example.test").await;
    let stamp = |one: &Received| one.header("x-headshotpro-timestamp").unwrap().to_owned();
    receiver.after(3).await.iter().map(stamp).collect()
}

#[tokio::test]
async fn further_attempts_may_keep_the_first_timestamp() {
    let kept = timestamps(true).await;
    assert!(kept.iter().all(|stamp| *stamp == kept[0]), "{kept:?}");
    let fresh = timestamps(false).await;
    assert_ne!(fresh[0], fresh[2]);
}

#[tokio::test]
async fn data_may_be_wrapped() {
    let provider = Provider::with(Config { wrap_data: true, ..Config::default() });
    let body = json!({ "email": "ada@example.test", "isDevelopment": true });
    let opened = provider.post(MODELS, body).await.json();
    assert_eq!((&opened["success"], opened["data"]["modelId"].is_string()), (&json!(true), true));
    assert_eq!(opened.as_object().unwrap().len(), 2);
    provider.get(&format!("{MODELS}/none")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn an_organization_may_lack_whitelabel() {
    let provider = Provider::with(Config { without_whitelabel: true, ..Config::default() });
    provider.post(MODELS, json!({ "email": "ada@example.test" })).await.refused(403, "FORBIDDEN");
    assert_eq!(provider.call(Method::GET, MODELS, None).await.json()["pagination"]["total"], 0);
}
