//! Webhooks as a receiver on loopback sees them.

use std::{collections::HashMap, time::Duration};

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::headshotpro::{Config, Scheme, sign};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    receiver::{Received, Receiver, age, nobody},
    support::{MODELS, Provider, until},
};

impl Receiver {
    /// A sandbox that sends to this receiver, one of whose hours lasts a second.
    async fn provider(&self, signature_scheme: Scheme) -> Provider {
        let config = Config { webhook_url: Some(self.url().await), signature_scheme, ..Config::default() };
        Provider::fast(config, 3600.0)
    }
}

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn sends_all_five_events_in_order_with_the_documented_envelope() {
    let endpoint = Receiver::default();
    let provider = endpoint.provider(Scheme::Timestamped).await;
    let id = provider.open_ready("ada.lovelace@example.test").await;
    let photo = provider.photos(&id).await[0]["id"].clone();
    provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": photo })).await;
    provider.call(Method::DELETE, &format!("{MODELS}/{id}"), None).await;

    let received: Vec<_> = endpoint.after(6).await.iter().map(Received::json).collect();
    let events: Vec<_> = received.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(
        events,
        [
            "model.created",
            "model.status.updated",
            "model.photos_ready",
            "model.favorite_selected",
            "model.status.updated",
            "model.deleted",
        ]
    );
    for event in &received {
        assert!(event["id"].as_str().unwrap().starts_with("evt_"), "{event}");
        assert!(event["createdAt"].as_str().unwrap().parse::<Timestamp>().is_ok(), "{event}");
        assert_eq!((&event["objectType"], &event["object"]["_id"]), (&json!("model"), &json!(id)));
        assert_eq!(event.get("favoritePhoto").is_some(), event["event"] == "model.favorite_selected");
    }
    let object = received[5]["object"].as_object().unwrap();
    assert_eq!((&object["status"], &object["title"]), (&json!("deleted"), &json!("Ada Lovelace")));
    assert!(object["deletedAt"].is_string() && ["male", "female"].contains(&object["trigger"].as_str().unwrap()));
    assert_eq!(object.len(), 11, "{object:?}");

    let favorite = received[3]["favoritePhoto"].as_object().unwrap();
    assert_eq!(favorite["id"], photo);
    let urls: HashMap<&str, &Value> =
        favorite["urls"].as_object().unwrap().iter().map(|(name, url)| (name.as_str(), url)).collect();
    assert!(["preview", "transparent", "pfp"].iter().all(|name| urls.contains_key(name)), "{urls:?}");
    assert!(favorite["expiresAt"].is_string());
}

#[tokio::test]
async fn each_scheme_signs_what_was_sent() {
    for scheme in [Scheme::Timestamped, Scheme::Body] {
        let endpoint = Receiver::default();
        let provider = endpoint.provider(scheme).await;
        provider.open("ada@example.test").await;
        let delivery = endpoint.after(1).await.remove(0);
        let stamp = delivery.header("x-headshotpro-timestamp");
        assert_eq!(stamp.is_some(), scheme == Scheme::Timestamped);
        let second = stamp.map_or(0, |stamp| stamp.parse().unwrap());
        let headers = sign(scheme, SECRET, Timestamp::from_second(second).unwrap(), &delivery.body);
        let signature = headers.iter().find(|(name, _)| *name == "x-headshotpro-signature").unwrap();
        assert_eq!(delivery.header("x-headshotpro-signature"), Some(signature.1.as_str()));
        assert_eq!(delivery.header("content-type"), Some("application/json"));
        if stamp.is_some() {
            assert!(age(Timestamp::from_second(second).unwrap()) < 60, "the timestamp is the time of day");
        }
    }
}

#[tokio::test]
async fn tries_again_at_once_then_after_5_and_15_minutes_and_an_hour() {
    let endpoint = Receiver::answering(&[500, 503, 400, 302, 500]);
    let provider = endpoint.provider(Scheme::Timestamped).await;
    let id = provider.open("ada@example.test").await;
    let received = endpoint.after(5).await;
    let since_first: Vec<_> = received.iter().map(|delivery| delivery.at - received[0].at).collect();
    // 5 and 15 minutes and an hour are 83, 250 and 1000 milliseconds; attempts never come early.
    for (after, least) in since_first.iter().skip(1).zip([0, 83, 250, 1000]) {
        assert!(*after >= Duration::from_millis(least), "{since_first:?}");
    }
    assert!(received.iter().all(|delivery| delivery.body == received[0].body), "the body stays the same");

    let path = format!("/sandbox/deliveries?session={id}");
    let delivery = until("the end of the attempts", async || {
        let delivery = provider.get(&path).await.json()["deliveries"][0].clone();
        (delivery["state"] == "given_up").then_some(delivery)
    })
    .await;
    let statuses: Vec<_> = delivery["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["status"]).collect();
    assert_eq!(statuses, [&json!(500), &json!(503), &json!(400), &json!(302), &json!(500)]);
}

#[tokio::test]
async fn any_2xx_ends_the_attempts() {
    let endpoint = Receiver::answering(&[500, 204]);
    let provider = endpoint.provider(Scheme::Timestamped).await;
    let id = provider.open("ada@example.test").await;
    endpoint.after(2).await;
    let path = format!("/sandbox/deliveries?session={id}");
    let delivery = until("the delivery", async || {
        let delivery = provider.get(&path).await.json()["deliveries"][0].clone();
        (delivery["state"] == "delivered").then_some(delivery)
    })
    .await;
    assert_eq!(delivery["attempts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_failing_delivery_does_not_hold_up_later_ones() {
    let endpoint = Receiver::answering(&[500; 10]);
    let provider = endpoint.provider(Scheme::Timestamped).await;
    let id = provider.open("ada@example.test").await;
    provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": "waiting" })).await;
    let received = endpoint.after(10).await;
    let events: Vec<_> =
        received.iter().map(|delivery| delivery.json()["event"].as_str().unwrap().to_owned()).collect();
    let later = events.iter().position(|event| event == "model.status.updated").unwrap();
    let last = events.iter().rposition(|event| event == "model.created").unwrap();
    assert!(later < last, "{events:?}");
}

#[tokio::test]
async fn resending_repeats_the_event_with_the_same_id() {
    let endpoint = Receiver::default();
    let provider = endpoint.provider(Scheme::Timestamped).await;
    provider.open("ada@example.test").await;
    let first = endpoint.after(1).await.remove(0).json()["id"].as_str().unwrap().to_owned();
    let resent = provider.post(&format!("/sandbox/deliveries/{first}/resend"), json!({})).await;
    assert_eq!(resent.status, StatusCode::ACCEPTED);
    assert_eq!(endpoint.after(2).await[1].json()["id"], first);
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_noted() {
    let config = Config { webhook_url: Some(nobody().await), ..Config::default() };
    let provider = Provider::fast(config, 3600.0);
    provider.open("ada@example.test").await;
    until("a failed attempt", async || {
        let delivery = provider.get("/sandbox/deliveries").await.json()["deliveries"][0].clone();
        (delivery["attempts"][0]["error"] == "connection refused").then_some(())
    })
    .await;
}
