//! `POST /v1/webhooks/headshotpro`

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use headshot_api::State;
use serde_json::{Value, json};

use crate::common::{API_KEY, MODEL, NOW, World, delete, delivery, event, is_recorded, post, request, sign};

/// The body of the published vectors, 200 bytes.
const VECTOR: &str = r#"{"id":"evt_00000000-0000-4000-8000-000000000001","event":"model.photos_ready","createdAt":"2026-01-02T03:04:05.000Z","objectType":"model","object":{"_id":"65a000000000000000000001","status":"active"}}"#;
const OVER_TIMESTAMP_AND_BODY: &str = "sha256=21daf7e5444b10051bcfd44108bb09c8f95859d99aa64a371ba1ab52b80a7a5d";
const OVER_BODY: &str = "sha256=ecfc1588fcf06ac4959d1d7b003dd589d211b470c65e7a222ba825ba416e7289";
const WITH_DECODED_SECRET: &str = "sha256=6f58f2e63b48a58d15bde98e554a7381f6b2f4fc549d720ccb9eeeb87131eae1";

fn vector(headers: &[(&str, &str)]) -> Request<Body> {
    let request = request(Method::POST, "/v1/webhooks/headshotpro", "");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body(VECTOR.into()).unwrap()
}

#[tokio::test]
async fn records_the_published_vector_once() {
    let world = World::new().await;
    let model =
        json!({"success": true, "modelId": "65a000000000000000000001", "signedUrl": "https://yourproheadshots.com/s"});
    world.provider.answer_next(200, &model);
    world.open().await;
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
async fn a_genuine_delivery_whose_time_is_off_is_kept_and_rings_but_is_not_believed() {
    let minute = Duration::from_mins(1);
    for at in [NOW - 20 * minute, NOW + 20 * minute] {
        let (world, id) = World::with_session().await;
        world.provider.set_model(MODEL, json!({"status": "waiting"}));
        let event = event("evt_1", "model.photos_ready", MODEL, "active", NOW + minute);
        is_recorded(&world.send(delivery(event.to_string(), at)).await, "recorded");
        assert_eq!(world.session(&id).await.provider_status, "onboarding");
        assert_eq!(world.query::<String>("SELECT trust FROM deliveries"), "stale");
        assert_eq!(world.query::<Option<String>>("SELECT event_id FROM deliveries"), None);
        world.work().await;
        assert_eq!(world.session(&id).await.provider_status, "waiting");
        is_recorded(&world.deliver(&event).await, "recorded");
        assert_eq!(world.session(&id).await.state, State::Ready, "in time, it is believed");
    }
}

#[tokio::test]
async fn a_delivery_that_is_within_the_tolerance_is_believed() {
    let (world, id) = World::with_session().await;
    let event = event("evt_1", "model.status.updated", MODEL, "pending", NOW);
    is_recorded(&world.send(delivery(event.to_string(), NOW - Duration::from_mins(5))).await, "recorded");
    assert_eq!(world.session(&id).await.provider_status, "pending");
}

#[tokio::test]
async fn a_forged_delivery_is_refused_however_old() {
    let world = World::new().await;
    let mut forged = delivery(VECTOR, NOW - Duration::from_mins(20));
    *forged.body_mut() = VECTOR.replace("active", "failed").into();
    world.send(forged).await.is_problem(401, "signature_mismatch");
}

/// What a sender writes where it has no id.
const NO_IDS: [&str; 5] = ["", " ", "null", "undefined", "\t"];

#[tokio::test]
async fn what_is_no_event_id_makes_no_duplicates() {
    for none in NO_IDS {
        let (world, id) = World::with_session().await;
        for status in ["pending", "active"] {
            let event = json!({
                "id": none, "event": "model.status.updated", "object": {"_id": MODEL, "status": status},
            });
            is_recorded(&world.deliver(&event).await, "recorded");
            assert_eq!(world.session(&id).await.provider_status, status, "{none:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_model_id_belongs_to_nobody() {
    let (world, _) = World::with_session().await;
    for none in NO_IDS {
        let event = json!({"id": "e", "event": "model.created", "object": {"_id": none, "status": "active"}});
        world.deliver(&event).await;
    }
    assert_eq!(world.query::<i64>("SELECT count(*) FROM delivery_refs"), 0);
}

#[tokio::test]
async fn one_event_id_for_two_models_is_two_events() {
    let world = World::new().await;
    let (first, _) = world.open().await;
    let (second, _) = world.open().await;
    let second_model = format!("{:024x}", 2);
    is_recorded(&world.deliver(&event("evt_1", "model.status.updated", MODEL, "pending", NOW)).await, "recorded");
    let other = event("evt_1", "model.status.updated", &second_model, "waiting", NOW);
    is_recorded(&world.deliver(&other).await, "recorded");
    assert_eq!(world.session(&first.id).await.provider_status, "pending");
    assert_eq!(world.session(&second.id).await.provider_status, "waiting");
}

/// Genuine bodies about the model that no reader of events takes.
fn unreadable() -> Vec<String> {
    let event = |object: &str| format!(r#"{{"id":"e","event":"model.photos_ready","object":{object}}}"#);
    let deep = format!("{}0{}", "[".repeat(65), "]".repeat(65));
    vec![
        event(&format!(r#"{{"_id":"{MODEL}","title":"Zoe \ud83d","status":"active","status":"active"}}"#)),
        event(&format!(r#"{{"_id":"{MODEL}","status":"active","status":"pending"}}"#)),
        event(&format!(r#"{{"_id":"{MODEL}","notes":{deep}}}"#)),
        format!(r#"{{"object":{{"_id":"{MODEL}"}}}}"#),
        event(&format!(r#"{{"id":"{MODEL}","status":"active"}}"#)),
    ]
}

#[tokio::test]
async fn an_unreadable_delivery_rings_for_its_session_and_goes_with_it() {
    for body in unreadable() {
        let (world, id) = World::with_session().await;
        world.provider.set_model(MODEL, json!({"status": "waiting"}));
        is_recorded(&world.send(delivery(body.clone(), NOW)).await, "recorded");
        assert_eq!(world.query::<i64>("SELECT count(body) FROM deliveries"), 1, "{body}");
        world.work().await;
        assert_eq!(world.session(&id).await.provider_status, "waiting", "{body}");
        let delete = delete(&format!("/v1/sessions/{id}"), API_KEY);
        assert_eq!(world.send(delete).await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.query::<i64>("SELECT count(body) FROM deliveries"), 0, "{body}");
    }
}

#[tokio::test]
async fn a_delivery_that_names_nobody_rings_for_all_who_are_on_their_way() {
    let gzip = b"\x1f\x8b\x08\x00whatever".to_vec();
    for body in [gzip, b"not json at all".to_vec(), b"[]".to_vec()] {
        let (world, id) = World::with_session().await;
        world.provider.set_model(MODEL, json!({"status": "waiting"}));
        is_recorded(&world.send(delivery(body, NOW)).await, "recorded");
        world.work().await;
        assert_eq!(world.session(&id).await.provider_status, "waiting");
        assert_eq!(world.query::<i64>("SELECT count(body) FROM deliveries"), 0);
    }
}

#[tokio::test]
async fn of_a_session_that_is_not_ours_no_body_is_kept() {
    let world = World::new().await;
    let foreign = event("evt_1", "model.photos_ready", "65a000000000000000000009", "active", NOW);
    is_recorded(&world.deliver(&foreign).await, "recorded");
    is_recorded(&world.deliver(&foreign).await, "duplicate");
    assert_eq!(world.query::<i64>("SELECT count(body) FROM deliveries"), 0);
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
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work"), 1);
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
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
    let id = world.send(post("/v1/sessions", API_KEY, &body)).await.json::<Value>()["session"]["id"].clone();
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
