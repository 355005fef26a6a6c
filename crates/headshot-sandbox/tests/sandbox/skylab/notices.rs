//! Callbacks of jobs and webhooks of the account.

use std::time::{Duration, Instant};

use axum::http::Method;
use headshot_sandbox::provider::skylab::{Config, Envelope, Format, sign};
use jiff::{Timestamp, fmt::rfc2822};
use serde_json::{Value, json};

use super::{API, JPEG};
use crate::{
    receiver::{Received, Receiver, age},
    support::{Provider, until},
};

const SECRET: &str = "sandbox-skylab-secret";
/// An hour lasts a second.
const FAST: f64 = 3600.0;

/// A job with one photo, queued with that callback.
async fn queued(provider: &Provider, callback: &Receiver) -> u64 {
    let job = provider.create_job("demo").await;
    let photo = provider.add_photo(job, "a.jpg").await;
    provider.upload(photo, JPEG).await;
    let body = json!({ "callback_url": callback.url().await });
    let answer = provider.post(&format!("{API}/jobs/{job}/queue"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    job
}

fn sent_at(delivery: &Received) -> Timestamp {
    let stamp = delivery.header("x-skylab-timestamp").unwrap();
    rfc2822::DateTimeParser::new().parse_timestamp(stamp).unwrap()
}

fn is_genuine(delivery: &Received) -> bool {
    let headers = sign(SECRET, sent_at(delivery), &delivery.body);
    headers.iter().all(|(name, value)| delivery.header(name) == Some(value))
}

#[tokio::test]
async fn calls_back_when_a_job_is_queued_and_when_it_is_complete() {
    let provider = Provider::skylab(Config::default(), FAST);
    let callback = Receiver::default();
    let job = queued(&provider, &callback).await;
    let received = callback.after(2).await;
    for (delivery, state) in received.iter().zip(["queued", "complete"]) {
        assert_eq!(delivery.method, Method::PATCH);
        let body = delivery.json();
        assert_eq!((&body["id"], &body["state"], &body["type"]), (&json!(job), &json!(state), &json!("regular")));
        assert!(is_genuine(delivery) && age(sent_at(delivery)) < 60);
        assert_eq!(delivery.header("content-type"), Some("application/json"));
    }
    assert!(received[1].json()["photoDownloadUrls"]["a.jpg"].as_str().unwrap().contains("&X-Amz-Signature="));
    assert!(received[1].text().contains("\\u0026X-Amz-Signature="), "Rails escapes ampersands");
}

#[tokio::test]
async fn ampersands_can_be_plain() {
    let provider = Provider::skylab(Config { plain_ampersands: true, ..Config::default() }, FAST);
    let callback = Receiver::default();
    queued(&provider, &callback).await;
    let delivery = callback.after(2).await.remove(1);
    assert!(delivery.text().contains("&X-Amz-Signature=") && is_genuine(&delivery));
}

#[tokio::test]
async fn exactly_four_answers_are_a_success_and_nothing_is_tried_again() {
    let provider = Provider::skylab(Config::default(), FAST);
    for (status, state) in [
        (200, "delivered"),
        (201, "delivered"),
        (202, "delivered"),
        (204, "delivered"),
        (206, "given_up"),
        (500, "given_up"),
    ] {
        let callback = Receiver::answering(&[status, status]);
        let job = queued(&provider, &callback).await;
        callback.after(2).await;
        let path = format!("/sandbox/deliveries?session={job}");
        let deliveries = until("the end of both deliveries", async || {
            let all = provider.get(&path).await.json()["deliveries"].as_array().unwrap().clone();
            (all.len() == 2 && all.iter().all(|one| one["state"] != "scheduled")).then_some(all)
        })
        .await;
        for delivery in deliveries {
            assert_eq!(
                (&delivery["state"], delivery["attempts"].as_array().unwrap().len()),
                (&json!(state), 1),
                "{status}"
            );
        }
        provider.call(Method::DELETE, &format!("{API}/jobs/{job}"), None).await;
    }
}

#[tokio::test]
async fn waits_three_seconds_for_an_answer_at_any_speed() {
    let provider = Provider::skylab(Config::default(), FAST);
    let callback = Receiver::silent();
    let job = queued(&provider, &callback).await;
    callback.after(1).await;
    let came_at = Instant::now();
    let path = format!("/sandbox/deliveries?session={job}");
    until("the end of the attempt", async || {
        let delivery = provider.get(&path).await.json()["deliveries"][0].clone();
        (delivery["state"] == "given_up" && delivery["attempts"][0]["error"] == "timeout").then_some(())
    })
    .await;
    assert!(came_at.elapsed() > Duration::from_millis(2500), "{:?}", came_at.elapsed());
}

async fn webhooks(config: Config) -> Vec<Received> {
    let receiver = Receiver::default();
    let provider = Provider::skylab(Config { webhook_url: Some(receiver.url().await), ..config }, FAST);
    let job = provider.create_job("demo").await;
    for action in ["submit", "fail"] {
        provider.post(&format!("/sandbox/sessions/{job}/{action}"), json!({})).await;
    }
    receiver.after(1).await
}

#[tokio::test]
async fn the_accounts_webhook_has_an_envelope_or_none() {
    let full = webhooks(Config::default()).await.pop().unwrap();
    assert_eq!(full.method, Method::POST);
    assert_eq!((&full.json()["type"], &full.json()["payload"]["state"]), (&json!("job_error"), &json!("error")));
    assert!(is_genuine(&full));
    let bare = webhooks(Config { webhook_envelope: Envelope::Bare, ..Config::default() }).await.pop().unwrap();
    assert_eq!((&bare.json()["state"], &bare.json()["type"]), (&json!("error"), &json!("regular")));
}

#[tokio::test]
async fn the_accounts_webhook_can_be_xml() {
    let config = Config { webhook_format: Format::Xml, ..Config::default() };
    let delivery = webhooks(config.clone()).await.pop().unwrap();
    assert_eq!(delivery.header("content-type"), Some("application/xml"));
    assert!(
        delivery.text().contains("<type>job_error</type><") || delivery.text().contains("</payload><type>job_error")
    );
    assert!(delivery.text().contains("<error>Something went wrong</error>") && is_genuine(&delivery));
    let bare = webhooks(Config { webhook_envelope: Envelope::Bare, ..config }).await.pop().unwrap();
    assert!(bare.text().contains("<state>error</state>") && !bare.text().contains("<payload>"), "{}", bare.text());
}

#[tokio::test]
async fn the_accounts_webhook_can_lack_a_signature() {
    let delivery = webhooks(Config { sign_webhooks: false, ..Config::default() }).await.pop().unwrap();
    assert_eq!((delivery.header("x-skylab-signature"), delivery.header("x-skylab-timestamp")), (None, None));
}

#[tokio::test]
async fn an_api_error_can_be_told() {
    let receiver = Receiver::default();
    let provider = Provider::skylab(Config { webhook_url: Some(receiver.url().await), ..Config::default() }, FAST);
    provider.post("/sandbox/webhooks/api-error", json!({})).await;
    assert_eq!(receiver.after(1).await[0].json()["type"], "api_error");
}

#[tokio::test]
async fn a_callback_url_must_be_one_that_the_sandbox_can_call() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("demo").await;
    provider.add_photo(job, "a.jpg").await;
    for url in ["nowhere", "https://example.test/hook"] {
        let refused = provider.post(&format!("{API}/jobs/{job}/queue"), json!({ "callback_url": url })).await;
        let Value::Array(texts) = refused.json()["errors"]["callback_url"].clone() else {
            panic!("{}", refused.text())
        };
        assert_eq!((refused.status.as_u16(), texts.len()), (422, 1));
    }
}
