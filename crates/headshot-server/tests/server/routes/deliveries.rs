//! `POST /v1/webhooks/headshotpro`

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use headshot_api::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{API_KEY, Answer, MODEL, NOW, World, delivery, event, post, request, sign};

/// The body of the published vectors, 200 bytes.
const VECTOR: &str = r#"{"id":"evt_00000000-0000-4000-8000-000000000001","event":"model.photos_ready","createdAt":"2026-01-02T03:04:05.000Z","objectType":"model","object":{"_id":"65a000000000000000000001","status":"active"}}"#;
const OVER_TIMESTAMP_AND_BODY: &str = "sha256=21daf7e5444b10051bcfd44108bb09c8f95859d99aa64a371ba1ab52b80a7a5d";
const OVER_BODY: &str = "sha256=ecfc1588fcf06ac4959d1d7b003dd589d211b470c65e7a222ba825ba416e7289";
const WITH_DECODED_SECRET: &str = "sha256=6f58f2e63b48a58d15bde98e554a7381f6b2f4fc549d720ccb9eeeb87131eae1";

fn vector(headers: &[(&str, &str)]) -> Request<Body> {
    let request = request(Method::POST, "/v1/webhooks/headshotpro", "");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body(VECTOR.into()).unwrap()
}

fn is_recorded(answer: &Answer, status: &str) {
    assert_eq!((answer.status, answer.json::<Value>()), (StatusCode::OK, json!({ "status": status })));
}

#[tokio::test]
async fn records_the_published_vector_once() {
    let world = World::new().await;
    let headers = [("x-headshotpro-timestamp", "1767323045"), ("x-headshotpro-signature", OVER_TIMESTAMP_AND_BODY)];
    is_recorded(&world.send(vector(&headers)).await, "recorded");
    is_recorded(&world.send(vector(&headers)).await, "duplicate");
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 1);
    assert_eq!(world.query::<Vec<u8>>("SELECT body FROM deliveries"), VECTOR.as_bytes());
    assert_eq!(world.query::<String>("SELECT kind FROM deliveries"), "model.photos_ready");
    assert_eq!(world.query::<String>("SELECT proof FROM deliveries"), "timestamped");
}

#[tokio::test]
async fn stores_nothing_that_is_not_genuine() {
    let world = World::new().await;
    let timestamp = ("x-headshotpro-timestamp", "1767323045");
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[timestamp], "signature_missing"),
        (&[timestamp, ("x-headshotpro-signature", "sha256=00")], "signature_malformed"),
        (&[timestamp, ("x-headshotpro-signature", WITH_DECODED_SECRET)], "signature_mismatch"),
        (&[timestamp, ("x-headshotpro-signature", OVER_BODY)], "signature_mismatch"),
        (&[("x-headshotpro-signature", OVER_BODY)], "timestamp_missing"),
    ];
    for (headers, code) in cases {
        let answer = world.send(vector(headers)).await;
        answer.is_problem(401, code);
        assert_eq!(answer.header("www-authenticate"), "Signature");
    }
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 0);
}

#[tokio::test]
async fn a_refusal_names_the_setting_that_would_accept_a_body_without_timestamp() {
    let world = World::new().await;
    let answer = world.send(vector(&[("x-headshotpro-signature", OVER_BODY)])).await;
    let detail = answer.problem().detail.unwrap();
    assert!(detail.contains("`auto`") && detail.contains("replays"), "{detail}");
}

#[tokio::test]
async fn accepts_a_signature_over_the_body_alone_where_told_so() {
    for scheme in ["auto", "body"] {
        let world = World::with(|args| args.providers.headshotpro.headshotpro_signature_scheme = scheme.into()).await;
        is_recorded(&world.send(vector(&[("x-headshotpro-signature", OVER_BODY)])).await, "recorded");
        assert_eq!(world.query::<String>("SELECT proof FROM deliveries"), "body");
    }
}

#[tokio::test]
async fn refuses_a_stale_delivery_and_one_from_the_future() {
    let world = World::new().await;
    let second = Duration::from_secs(1);
    let at = |at: Timestamp| delivery(VECTOR, at);
    world.send(at(NOW - 301 * second)).await.is_problem(401, "timestamp_too_old");
    world.send(at(NOW + 301 * second)).await.is_problem(401, "timestamp_in_future");
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 0);
    is_recorded(&world.send(at(NOW - 300 * second)).await, "recorded");
}

#[tokio::test]
async fn accepts_each_of_several_secrets_and_another_tolerance() {
    let world = World::with(|args| {
        args.providers.headshotpro.headshotpro_webhook_secret =
            Some(format!("a-newer-secret {}", crate::common::SECRET));
        args.providers.headshotpro.headshotpro_signature_tolerance = "3600".into();
    });
    let world = world.await;
    is_recorded(&world.send(delivery(VECTOR, NOW - Duration::from_mins(50))).await, "recorded");
}

#[tokio::test]
async fn keeps_what_is_genuine_even_if_it_cannot_be_read() {
    let world = World::new().await;
    for body in ["not json at all", "[]", "{}", "{\"event\":\"model.created\"}", "\u{0}\u{1}"] {
        is_recorded(&world.send(delivery(body, NOW)).await, "recorded");
    }
    let unknown = json!({"id": "evt_9", "event": "model.polished", "object": {"_id": MODEL}});
    is_recorded(&world.deliver(&unknown).await, "recorded");
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 6);
    assert_eq!(world.query::<String>("SELECT kind FROM deliveries WHERE event_id = 'evt_9'"), "model.polished");
}

#[tokio::test]
async fn equal_bodies_without_an_event_id_are_one_event_for_a_moment_only() {
    let world = World::new().await;
    let chosen = json!({"event": "model.favorite_selected", "object": {"_id": MODEL, "status": "active"}});
    is_recorded(&world.deliver(&chosen).await, "recorded");
    is_recorded(&world.deliver(&chosen).await, "duplicate");
    world.clock.advance(Duration::from_secs(6));
    is_recorded(&world.deliver(&chosen).await, "recorded");
}

#[tokio::test]
async fn one_of_many_equal_deliveries_at_once_is_recorded() {
    let world = World::new().await;
    world.open().await;
    let event = event("evt_1", "model.status.updated", MODEL, "pending", NOW).to_string();
    let sent: Vec<_> = (0..40)
        .map(|_| {
            let (router, request) = (world.router.clone(), delivery(event.clone(), NOW));
            tokio::spawn(async move { tower::ServiceExt::oneshot(router, request).await.unwrap().status() })
        })
        .collect();
    for answer in sent {
        assert_eq!(answer.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 1);
    assert_eq!(world.query::<i64>("SELECT wishes FROM work"), 2);
}

#[tokio::test]
async fn moves_the_session_on_at_once() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    world.clock.advance(Duration::from_secs(10));
    world.deliver(&event("evt_1", "model.status.updated", MODEL, "generatingHeadshots", world.clock.now())).await;
    let session = world.session(&session.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Processing, "generatingHeadshots"));
    assert_eq!(session.updated_at, "2026-01-02T03:04:15Z");
}

#[tokio::test]
async fn keeps_a_status_that_nobody_documented() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    world.deliver(&event("evt_1", "model.status.updated", MODEL, "polishing", NOW)).await;
    let session = world.session(&session.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Processing, "polishing"));
}

#[tokio::test]
async fn an_event_that_comes_late_does_not_move_the_session_back() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    let second = Duration::from_secs(1);
    world.deliver(&event("evt_2", "model.photos_ready", MODEL, "active", NOW + 2 * second)).await;
    world.deliver(&event("evt_1", "model.status.updated", MODEL, "pending", NOW + second)).await;
    assert_eq!(world.session(&session.id).await.state, State::Ready);
    let without_time = json!({"event": "model.status.updated", "object": {"_id": MODEL, "status": "pending"}});
    world.deliver(&without_time).await;
    assert_eq!(world.session(&session.id).await.state, State::Ready);
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 3);
}

#[tokio::test]
async fn a_retry_moves_the_session_back() {
    let world = World::new().await;
    let (session, _) = world.open().await;
    let second = Duration::from_secs(1);
    world.deliver(&event("evt_1", "model.photos_ready", MODEL, "active", NOW + second)).await;
    world.deliver(&event("evt_2", "model.status.updated", MODEL, "onboarding", NOW + 2 * second)).await;
    assert_eq!(world.session(&session.id).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn a_delivery_that_comes_before_its_session_is_linked_later() {
    let world = World::new().await;
    let early = event("evt_1", "model.created", MODEL, "onboarding", NOW);
    is_recorded(&world.deliver(&early).await, "recorded");
    assert_eq!(world.query::<Option<String>>("SELECT session_id FROM deliveries"), None);
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
    let id = world.send(post("/v1/sessions", API_KEY, &body)).await.json::<Value>()["session"]["id"].clone();
    assert_eq!(json!(world.query::<String>("SELECT session_id FROM deliveries")), id);
    world.provider.set_model(MODEL, json!({"status": "waiting"}));
    world.work().await;
    assert_eq!(world.session(id.as_str().unwrap()).await.provider_status, "waiting");
}

#[tokio::test]
async fn takes_a_mebibyte_and_no_more() {
    let world = World::new().await;
    let largest = vec![b' '; 1024 * 1024];
    is_recorded(&world.send(delivery(largest.clone(), NOW)).await, "recorded");
    let larger = [largest, vec![b' ']].concat();
    world.send(delivery(larger, NOW)).await.is_problem(413, "body_too_large");
}

#[tokio::test]
async fn says_so_when_it_could_not_store() {
    let world = World::new().await;
    let other = rusqlite::Connection::open(world.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = world.send(delivery(VECTOR, NOW)).await;
    answer.is_problem(503, "store_unavailable");
    assert_eq!(answer.header("retry-after"), "5");
    drop(other);
    is_recorded(&world.send(delivery(VECTOR, NOW)).await, "recorded");
}

#[tokio::test]
async fn the_signature_covers_the_bytes_and_not_their_meaning() {
    let world = World::new().await;
    let (body, spaced) = (br#"{"event":"x"}"#, br#"{ "event": "x" }"#);
    let signature = sign(&[b"1767323045.", body]);
    let request = request(Method::POST, "/v1/webhooks/headshotpro", "")
        .header("x-headshotpro-timestamp", "1767323045")
        .header("x-headshotpro-signature", signature);
    world.send(request.body(spaced.as_slice().into()).unwrap()).await.is_problem(401, "signature_mismatch");
}
