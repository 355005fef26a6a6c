//! Faults that are dealt by a plan.

use std::{collections::HashSet, time::Duration};

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::{headshotpro::Config, scale, skylab};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    receiver::{Received, Receiver, age},
    support::{Answer, MODELS, Provider, until},
};

/// An hour lasts a second.
const FAST: f64 = 3600.0;

async fn set(provider: &Provider, plan: &str) -> Answer {
    provider.call(Method::PUT, "/sandbox/faults", Some(json!({ "plan": plan }))).await
}

async fn dealt(provider: &Provider) -> Value {
    provider.get("/sandbox/faults").await.json()
}

/// A sandbox that sends to a receiver by this plan.
async fn troubled(plan: &str) -> (Provider, Receiver) {
    troubled_at(plan, FAST).await
}

async fn troubled_at(plan: &str, speed: f64) -> (Provider, Receiver) {
    let receiver = Receiver::default();
    let provider = Provider::fast(Config { webhook_url: Some(receiver.url().await), ..Config::default() }, speed);
    assert_eq!(set(&provider, plan).await.status, StatusCode::OK);
    (provider, receiver)
}

async fn end(provider: &Provider) {
    let answer = provider.call(Method::DELETE, "/sandbox/faults", None).await;
    assert_eq!(answer.json()["plan"], "seed=0");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let run = async |seed: u64| {
        let (provider, _) = troubled(&format!("seed={seed} error500=0.3 ratelimit=0.2")).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(provider.get(MODELS).await.status.as_u16());
        }
        statuses
    };
    let first = run(42).await;
    assert_eq!(first, run(42).await);
    assert_ne!(first, run(43).await);
    assert_eq!(first.iter().collect::<HashSet<_>>(), HashSet::from([&200, &429, &500]));
}

#[tokio::test]
async fn the_same_events_are_struck_whatever_the_ids() {
    let run = async |seed: u64| {
        let (provider, _) = troubled(&format!("seed={seed} drop=0.5")).await;
        for number in 0..12 {
            provider.open(&format!("person{number}@example.test")).await;
        }
        let deliveries = until("the end of all deliveries", async || {
            let all = provider.get("/sandbox/deliveries").await.json()["deliveries"].as_array().unwrap().clone();
            all.iter().all(|delivery| delivery["state"] != "scheduled").then_some(all)
        });
        deliveries.await.iter().map(|delivery| delivery["state"] == "dropped").collect::<Vec<_>>()
    };
    let first = run(7).await;
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    assert_eq!(first, run(7).await);
}

#[tokio::test]
async fn tells_which_were_dealt() {
    let (provider, _) = troubled("seed=1 error500=1").await;
    provider.get(MODELS).await;
    let view = dealt(&provider).await;
    assert_eq!((&view["plan"], &view["counts"]["error500"]), (&json!("seed=1 error500=1"), &json!(1)));
    let fault = &view["dealt"][0];
    assert_eq!((&fault["fault"], &fault["provider"]), (&json!("error500"), &json!("headshotpro")));
    assert_eq!((&fault["subject"], &fault["number"]), (&json!(format!("GET {MODELS}")), &json!(0)));
    end(&provider).await;
    assert_eq!(provider.get(MODELS).await.status, StatusCode::OK);
    assert_eq!(dealt(&provider).await["counts"]["error500"], 1, "what was dealt stays visible");
}

#[tokio::test]
async fn refuses_a_misspelt_plan_and_keeps_the_one_before() {
    let (provider, _) = troubled("seed=1 slow=0").await;
    let message = set(&provider, "seed=1 dorp=0.5").await.refused(400, "INVALID_REQUEST");
    assert!(message.contains("`dorp` is no fault; there are seed, drop,"), "{message}");
    let other = provider.call(Method::PUT, "/sandbox/faults", Some(json!({ "plans": "" }))).await;
    other.refused(400, "INVALID_REQUEST");
    assert_eq!(dealt(&provider).await["plan"], "seed=1 slow=0");
}

#[tokio::test]
async fn a_dropped_event_never_comes() {
    let (provider, receiver) = troubled("seed=1 drop=1").await;
    let lost = provider.open("ada@example.test").await;
    until("the loss", async || {
        let delivery = provider.get(&format!("/sandbox/deliveries?session={lost}")).await.json();
        (delivery["deliveries"][0]["state"] == "dropped").then_some(())
    })
    .await;
    end(&provider).await;
    provider.open("grace@example.test").await;
    receiver.after(1).await;
    assert_eq!(receiver.count(), 1);
}

#[tokio::test]
async fn all_events_can_be_dropped_by_a_switch() {
    let (provider, receiver) = troubled("").await;
    let switch =
        async |drop: bool| provider.call(Method::PUT, "/sandbox/webhooks", Some(json!({ "drop": drop }))).await;
    assert_eq!(switch(true).await.json(), json!({ "drop": true }));
    let lost = provider.open("ada@example.test").await;
    until("the loss", async || {
        let delivery = provider.get(&format!("/sandbox/deliveries?session={lost}")).await.json();
        (delivery["deliveries"][0]["state"] == "dropped").then_some(())
    })
    .await;
    switch(false).await;
    provider.open("grace@example.test").await;
    receiver.after(1).await;
    assert_eq!(receiver.count(), 1);
}

#[tokio::test]
async fn a_duplicate_is_the_same_event_again() {
    let (provider, receiver) = troubled("seed=1 duplicate=1").await;
    provider.open("ada@example.test").await;
    let both = receiver.after(2).await;
    assert_eq!(both[0].body, both[1].body);
}

/// The statuses that the events told, in the order of their coming.
fn told(received: &[Received]) -> Vec<String> {
    received.iter().map(|one| one.json()["object"]["status"].as_str().unwrap().to_owned()).collect()
}

/// Sends six events of one session.
async fn walked(provider: &Provider) {
    let id = provider.open("ada@example.test").await;
    for status in ["waiting", "pending", "generatingHeadshots", "failed", "onboarding"] {
        provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": status })).await;
    }
}

const ORDER: [&str; 6] = ["onboarding", "waiting", "pending", "generatingHeadshots", "failed", "onboarding"];

#[tokio::test]
async fn delayed_events_keep_their_order() {
    let (provider, receiver) = troubled("seed=1 delay=1").await;
    walked(&provider).await;
    assert_eq!(told(&receiver.after(6).await), ORDER);
    assert_eq!(dealt(&provider).await["counts"]["delay"], 6);
}

#[tokio::test]
async fn reordered_events_are_overtaken() {
    // An event waits three seconds to be overtaken.
    let (provider, receiver) = troubled_at("seed=1 reorder=1", 20.0).await;
    walked(&provider).await;
    let [first, second, third, fourth, fifth, sixth] = ORDER;
    assert_eq!(told(&receiver.after(6).await), [second, first, fourth, third, sixth, fifth]);
}

#[tokio::test]
async fn an_event_that_nothing_overtakes_comes_all_the_same() {
    let (provider, receiver) = troubled("seed=1 reorder=1").await;
    provider.open("ada@example.test").await;
    assert_eq!(receiver.after(1).await.len(), 1);
}

fn sent_at(delivery: &Received) -> jiff::Timestamp {
    let second = delivery.header("x-headshotpro-timestamp").unwrap().parse().unwrap();
    jiff::Timestamp::from_second(second).unwrap()
}

fn is_genuine(delivery: &Received) -> bool {
    use headshot_sandbox::provider::headshotpro::{Scheme, sign};
    let headers = sign(Scheme::Timestamped, &"0123456789abcdef".repeat(4), sent_at(delivery), &delivery.body);
    headers.iter().all(|(name, value)| delivery.header(name) == Some(value))
}

#[tokio::test]
async fn an_attempt_can_have_a_wrong_signature_or_an_old_one() {
    let (provider, receiver) = troubled("seed=1 badsig=1").await;
    provider.open("ada@example.test").await;
    let forged = receiver.after(1).await.remove(0);
    assert!(!is_genuine(&forged) && age(sent_at(&forged)) < 60);

    let (provider, receiver) = troubled("seed=1 stale=1").await;
    provider.open("ada@example.test").await;
    let stale = receiver.after(1).await.remove(0);
    assert!(is_genuine(&stale) && age(sent_at(&stale)) >= 3600);
    let attempt = until("the attempt's record", async || {
        let delivery = provider.get("/sandbox/deliveries").await.json()["deliveries"][0].clone();
        delivery["attempts"].as_array().unwrap().first().cloned()
    });
    assert_eq!(attempt.await["flaw"], "stale");
}

#[tokio::test]
async fn half_of_the_failed_calls_were_carried_out() {
    let (provider, _) = troubled("seed=1 error500=1").await;
    for number in 0..20 {
        let body = json!({ "email": format!("person{number}@example.test") });
        provider.post(MODELS, body).await.refused(500, "SERVER_ERROR");
    }
    let opened = provider.get("/sandbox/sessions").await.json()["sessions"].as_array().unwrap().len();
    assert!((4..=16).contains(&opened), "{opened} of 20");
}

#[tokio::test]
async fn a_call_can_be_told_that_there_were_too_many() {
    let (provider, _) = troubled("seed=1 ratelimit=1").await;
    let refused = provider.get(MODELS).await;
    refused.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    let about = provider.get("/sandbox/provider").await.json();
    assert_eq!(about["callsOverRate"], 0, "the caller did nothing wrong");
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_comes_twenty_seconds_later() {
    let provider = Provider::new();
    set(&provider, "seed=1 slow=1").await;
    let start = Instant::now();
    assert_eq!(provider.get(MODELS).await.status, StatusCode::OK);
    assert!((Duration::from_secs(20)..Duration::from_secs(21)).contains(&start.elapsed()));
}

#[tokio::test]
async fn links_can_be_dead_when_they_are_shown() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let link = async || {
        let photo = provider.photos(&id).await.remove(0);
        assert!(photo["expiresAt"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap() > jiff::Timestamp::now());
        photo["urls"]["main"].as_str().unwrap().replace("http://127.0.0.1:8788", "")
    };
    set(&provider, "seed=1 expire=1").await;
    assert_eq!(provider.visit(Method::GET, &link().await, None).await.refused(403, "FORBIDDEN"), "Link has expired");
    end(&provider).await;
    assert_eq!(provider.visit(Method::GET, &link().await, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_other_providers_answer_wrong_in_their_own_form() {
    let scale = Provider::scale(scale::Config::default(), FAST);
    set(&scale, "seed=1 error500=1").await;
    let answer = scale.get("/api/v2/contacts").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (500, &json!("server_error")));

    let skylab = Provider::skylab(skylab::Config::default(), FAST);
    set(&skylab, "seed=1 error500=1").await;
    let answer = skylab.get("/api/public/v1/jobs").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (500, &json!(500)));
    let storage = skylab.visit(Method::GET, "/storage/original/none", None).await;
    assert!(storage.status.as_u16() == 500 && storage.text().contains("<Code>InternalError</Code>"));
    set(&skylab, "seed=1 ratelimit=1").await;
    assert_eq!(skylab.get("/api/public/v1/jobs").await.json()["code"], 429);
}
