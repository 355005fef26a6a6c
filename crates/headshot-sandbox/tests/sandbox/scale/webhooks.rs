//! `SUBMISSION_COMPLETE` and its token.

use axum::http::{Method, StatusCode};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use headshot_sandbox::provider::scale::{Algorithm, Claims, Config, Payload, token};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    receiver::{Received, Receiver, age},
    support::{Provider, until},
};

const SECRET: &str = "sandbox-scale-secret";
/// An hour lasts a second.
const FAST: f64 = 3600.0;

/// A part of a delivery's token.
fn part(delivery: &Received, index: usize) -> Value {
    let token = delivery.header("x-authenticity-token").unwrap();
    let part = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&part).unwrap()
}

fn claims(delivery: &Received) -> Value {
    part(delivery, 1)
}

/// Whether the token was made with the right secret.
fn is_genuine(delivery: &Received, algorithm: Algorithm) -> bool {
    delivery.header("x-authenticity-token") == Some(&token(algorithm, SECRET, &claims(delivery)))
}

/// A finished submission, and the webhook that told it.
async fn completed(config: Config) -> (Provider, Receiver, Received, String) {
    let receiver = Receiver::default();
    let provider = Provider::scale(Config { webhook_url: Some(receiver.url().await), ..config }, FAST);
    let (_, submission) = provider.submitted("ada@example.test").await;
    let delivery = receiver.after(1).await.remove(0);
    (provider, receiver, delivery, submission)
}

#[tokio::test]
async fn tells_a_finished_submission_by_its_ids_with_a_token_in_a_header() {
    let (_, _, delivery, submission) = completed(Config::default()).await;
    assert_eq!(delivery.method, Method::POST);
    let body = delivery.json();
    assert_eq!((&body["topic"], &body["submission_id"]), (&json!("SUBMISSION_COMPLETE"), &json!(submission)));
    assert_eq!((&body["studio_id"], body["contact_id"].is_string()), (&json!("stu_sandbox"), true));
    assert_eq!(body.as_object().unwrap().len(), 4);

    assert!(is_genuine(&delivery, Algorithm::Hs256));
    let claims = claims(&delivery);
    let iat = claims["iat"].as_i64().unwrap();
    assert!(age(Timestamp::from_second(iat).unwrap()) < 60);
    assert_eq!((claims["exp"].as_i64().unwrap() - iat, &claims["submission_id"]), (300, &json!(submission)));
}

#[tokio::test]
async fn tells_each_submission_once() {
    let provider = Provider::scale_default();
    let (session, _) = provider.submitted("ada@example.test").await;
    for _ in 0..2 {
        provider.post(&format!("/sandbox/sessions/{session}/complete"), json!({})).await;
    }
    let deliveries = provider.get("/sandbox/deliveries").await.json();
    assert_eq!(deliveries["deliveries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_body_can_be_short() {
    let (_, _, delivery, submission) = completed(Config { payload: Payload::Short, ..Config::default() }).await;
    assert_eq!(delivery.json(), json!({ "topic": "SUBMISSION_COMPLETE", "submission_id": submission }));
}

#[tokio::test]
async fn the_token_can_claim_less_and_be_signed_otherwise() {
    for (kind, names) in [(Claims::Times, &["exp", "iat"][..]), (Claims::Empty, &[])] {
        let (_, _, delivery, _) = completed(Config { claims: kind, ..Config::default() }).await;
        assert_eq!(claims(&delivery).as_object().unwrap().keys().collect::<Vec<_>>(), names);
    }
    for (algorithm, name) in [(Algorithm::Hs384, "HS384"), (Algorithm::Hs512, "HS512")] {
        let (_, _, delivery, _) = completed(Config { algorithm, ..Config::default() }).await;
        assert_eq!(part(&delivery, 0), json!({ "alg": name, "typ": "JWT" }));
        assert!(is_genuine(&delivery, algorithm));
    }
}

#[tokio::test]
async fn a_delivery_can_be_sent_again_with_any_flaw() {
    let (provider, receiver, first, _) = completed(Config::default()).await;
    let id = provider.get("/sandbox/deliveries").await.json()["deliveries"][0]["id"].as_str().unwrap().to_owned();
    let mut count = 1;
    for flaw in ["bad_signature", "stale", "unsigned", "altered_body", "no_algorithm"] {
        let resent = provider.post(&format!("/sandbox/deliveries/{id}/resend"), json!({ "flaw": flaw })).await;
        assert_eq!(resent.status, StatusCode::ACCEPTED, "{flaw}");
        count += 1;
        let delivery = receiver.after(count).await.pop().unwrap();
        assert_eq!(delivery.body == first.body, flaw != "altered_body");
        match flaw {
            "unsigned" => assert_eq!(delivery.header("x-authenticity-token"), None),
            "no_algorithm" => assert_eq!(part(&delivery, 0)["alg"], "none"),
            "bad_signature" => assert!(!is_genuine(&delivery, Algorithm::Hs256)),
            "stale" => {
                assert!(is_genuine(&delivery, Algorithm::Hs256));
                assert!(claims(&delivery)["exp"].as_i64().unwrap() < Timestamp::now().as_second());
            }
            _ => {
                assert!(is_genuine(&delivery, Algorithm::Hs256));
                assert_ne!(claims(&delivery)["submission_id"], delivery.json()["submission_id"]);
            }
        }
    }
}

#[tokio::test]
async fn tries_again_three_times() {
    let receiver = Receiver::answering(&[500; 10]);
    let provider = Provider::scale(Config { webhook_url: Some(receiver.url().await), ..Config::default() }, FAST);
    provider.submitted("ada@example.test").await;
    let delivery = until("the end of the attempts", async || {
        let delivery = provider.get("/sandbox/deliveries").await.json()["deliveries"][0].clone();
        (delivery["state"] == "given_up").then_some(delivery)
    })
    .await;
    assert_eq!(delivery["attempts"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_test_request_repeats_the_latest_real_submission() {
    let receiver = Receiver::default();
    let provider = Provider::scale(Config { webhook_url: Some(receiver.url().await), ..Config::default() }, FAST);
    provider.post("/sandbox/webhooks/test", json!({})).await.refused(409, "CONFLICT");
    let (_, submission) = provider.submitted("ada@example.test").await;
    receiver.after(1).await;
    provider.post("/sandbox/webhooks/test", json!({})).await;
    assert_eq!(receiver.after(2).await[1].json()["submission_id"], json!(submission));
}
