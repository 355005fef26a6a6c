use std::time::Duration;

use axum::http::{Method, StatusCode};
use headshot_api::State;
use hmac::Hmac;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::common::scale::{SECRET, ScaleWorld, dated, delivery, signed, token, token_hs512};
use crate::common::{Answer, NOW, request};

/// The token of the published vector, of `NOW`.
const VECTOR: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NjczMjMwNDUsImV4cCI6MTc2NzMyMzM0NX0.\
                      XK1ln-0LX6ek9sZob3ZvpU7pZ8vNgic8idoNE8HN5ko";

fn short() -> Value {
    json!({"topic": "SUBMISSION_COMPLETE", "submission_id": "sub_1"})
}

fn long() -> Value {
    json!({"topic": "SUBMISSION_COMPLETE", "submission_id": "sub_1", "studio_id": "stu_1", "contact_id": "ctn_1"})
}

fn is_recorded(answer: &Answer) {
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, r#"{"status":"recorded"}"#));
}

#[tokio::test]
async fn the_published_token_rings() {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    world.submit("sub_1", "PENDING");
    is_recorded(&world.send(delivery(VECTOR, long().to_string())).await);
    world.work().await;
    assert_eq!(world.session(&session.id).await.state, State::InReview);
    assert_eq!(world.query::<String>("SELECT trust FROM deliveries"), "doorbell");
    assert_eq!(world.query::<String>("SELECT proof FROM deliveries"), "jwt");
}

#[tokio::test]
async fn the_long_and_the_short_payload_lead_to_the_picture() {
    for body in [short(), long()] {
        let world = ScaleWorld::new().await;
        let session = world.open().await;
        world.submit("sub_1", "PENDING");
        world.provider.enhance("sub_1");
        world.ring(&body).await;
        world.work().await;
        let session = world.session(&session.id).await;
        assert_eq!((session.state, session.provider_status.as_str()), (State::Ready, "ACCEPTED"), "{body}");
        assert_eq!(session.photos.len(), 1);
        assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[0].id));
        assert!(world.provider.lines().contains(&"GET submissions/sub_1".into()), "{body}");
    }
}

#[tokio::test]
async fn what_a_delivery_says_is_not_believed_and_the_submission_is_read() {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    world.submit("sub_1", "PENDING");
    let mut body = long();
    body["enhanced_url"] = json!("https://elsewhere.test/image.png");
    world.ring(&body).await;
    assert_eq!(world.session(&session.id).await.state, State::AwaitingUser);
    world.work().await;
    let session = world.session(&session.id).await;
    assert_eq!((session.state, session.photos.len()), (State::InReview, 0));
}

#[tokio::test]
async fn a_delivery_without_a_valid_token_is_refused_and_not_kept() {
    let world = ScaleWorld::new().await;
    world.open().await;
    let claims = dated(NOW);
    let unsigned = signed::<Hmac<Sha256>>("none", SECRET, &claims).rsplit_once('.').unwrap().0.to_owned() + ".";
    let mut other_submission = claims.clone();
    other_submission["submission_id"] = json!("sub_2");
    let cases = [
        (signed::<Hmac<Sha256>>("HS256", "another secret", &claims), "signature_mismatch"),
        (signed::<Hmac<Sha256>>("none", SECRET, &claims), "algorithm_refused"),
        (unsigned, "algorithm_refused"),
        (token_hs512(&claims), "algorithm_refused"),
        (token(&other_submission), "claim_mismatch"),
        (VECTOR[..VECTOR.len() - 1].to_owned(), "token_malformed"),
        ("no token".to_owned(), "token_malformed"),
    ];
    for (token, code) in cases {
        let answer = world.send(delivery(&token, long().to_string())).await;
        answer.is_problem(401, code);
        assert_eq!(answer.header("www-authenticate"), "Signature");
    }
    let without = request(Method::POST, "/v1/webhooks/scale", "").body(long().to_string().into()).unwrap();
    world.send(without).await.is_problem(401, "signature_missing");
    let mut twice = delivery(VECTOR, long().to_string());
    twice.headers_mut().append("x-authenticity-token", VECTOR.parse().unwrap());
    world.send(twice).await.is_problem(401, "signature_repeated");
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 0);
}

#[tokio::test]
async fn a_token_whose_time_is_off_rings_as_stale() {
    for at in [NOW - Duration::from_mins(20), NOW + Duration::from_mins(20)] {
        let world = ScaleWorld::new().await;
        let session = world.open().await;
        world.submit("sub_1", "PENDING");
        is_recorded(&world.send(delivery(&token(&dated(at)), short().to_string())).await);
        assert_eq!(world.query::<String>("SELECT trust FROM deliveries"), "stale");
        world.work().await;
        assert_eq!(world.session(&session.id).await.state, State::InReview);
    }
}

#[tokio::test]
async fn a_token_needs_one_of_the_times_unless_told() {
    let second = NOW.as_second();
    for (claims, is_dated) in [
        (json!({"iat": second}), true),
        (json!({"exp": second + 60}), true),
        (json!({}), false),
        (json!({"nbf": second}), false),
        (json!({"submission_id": "sub_1"}), false),
    ] {
        let sent = |world: ScaleWorld| {
            let request = delivery(&token(&claims), short().to_string());
            async move { world.send(request).await }
        };
        let answer = sent(ScaleWorld::new().await).await;
        if is_dated {
            is_recorded(&answer);
        } else {
            answer.is_problem(401, "claim_missing");
            assert!(answer.problem().detail.unwrap().contains("SCALE_UNDATED_TOKENS"));
        }
        is_recorded(&sent(ScaleWorld::with(|args| args.scale_undated_tokens = "accept".into()).await).await);
    }
}

#[tokio::test]
async fn another_algorithm_and_each_of_several_secrets_are_accepted_where_told() {
    let world = ScaleWorld::with(|args| {
        args.scale_token_algorithm = "HS512".into();
        args.scale_webhook_secret = Some(format!("a-newer-secret {SECRET}"));
    });
    let world = world.await;
    is_recorded(&world.send(delivery(&token_hs512(&dated(NOW)), short().to_string())).await);
    world.send(delivery(VECTOR, short().to_string())).await.is_problem(401, "algorithm_refused");
}

#[tokio::test]
async fn deliveries_come_by_post_to_one_path() {
    let world = ScaleWorld::new().await;
    for method in [Method::PATCH, Method::GET, Method::PUT] {
        let mut other = delivery(VECTOR, short().to_string());
        *other.method_mut() = method;
        world.send(other).await.is_problem(405, "method_not_allowed");
    }
    let mut below = delivery(VECTOR, short().to_string());
    *below.uri_mut() = "/v1/webhooks/scale/x".parse().unwrap();
    world.send(below).await.is_problem(404, "route_unknown");
}

#[tokio::test]
async fn an_unknown_submission_is_asked_about_even_after_a_power_cut() {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    world.submit("sub_1", "PENDING");
    world.provider.enhance("sub_1");
    world.ring(&short()).await;
    assert_eq!(world.query::<String>("SELECT subject FROM work WHERE session_id IS NULL"), "submission sub_1");
    let world = world.reopened().await;
    world.provider.forget_calls();
    world.work().await;
    assert_eq!(world.session(&session.id).await.state, State::Ready);
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work WHERE session_id IS NULL"), 0);
    world.provider.forget_calls();
    world.clock.advance(Duration::from_secs(10));
    world.ring(&short()).await;
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work WHERE session_id IS NULL"), 0, "now it is known");
}

#[tokio::test]
async fn asking_about_an_unknown_submission_outlasts_failures() {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    world.submit("sub_1", "PENDING");
    world.ring(&short()).await;
    for status in [500, 403] {
        world.provider.answer_next(status, &[], &json!({"error": "oops"}));
        world.pass(Duration::from_secs(4)).await;
        assert_eq!(world.session(&session.id).await.state, State::AwaitingUser);
    }
    world.pass(Duration::from_secs(4)).await;
    assert_eq!(world.session(&session.id).await.state, State::InReview);
}

#[tokio::test]
async fn a_submission_of_somebody_else_rings_for_nobody() {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    world.submit_as("ctn_other", "sub_1", "PENDING");
    world.ring(&short()).await;
    world.ring(&json!({"topic": "SUBMISSION_COMPLETE", "submission_id": "sub_none"})).await;
    world.ring(&json!({"topic": "SUBMISSION_COMPLETE", "submission_id": "../contacts"})).await;
    world.provider.forget_calls();
    world.work().await;
    let mut lines = world.provider.lines();
    lines.sort();
    assert_eq!(lines, ["GET submissions/sub_1", "GET submissions/sub_none"]);
    assert_eq!(world.session(&session.id).await.state, State::AwaitingUser);
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work WHERE session_id IS NULL"), 0);
    assert_eq!(world.query::<i64>("SELECT count(body) FROM deliveries"), 0);
}

#[tokio::test]
async fn one_delivery_twice_and_the_portals_test_do_no_harm() {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    world.submit("sub_1", "PENDING");
    world.provider.enhance("sub_1");
    world.ring(&long()).await;
    let again = world.send(world.doorbell(&long())).await;
    assert_eq!(again.text(), r#"{"status":"duplicate"}"#);
    world.work().await;
    let before = world.session(&session.id).await;
    world.clock.advance(Duration::from_mins(10));
    world.ring(&long()).await;
    world.work().await;
    assert_eq!(world.session(&session.id).await.photos.len(), 1);
    assert_eq!(world.session(&session.id).await.updated_at, before.updated_at);
}

#[tokio::test]
async fn a_genuine_delivery_that_cannot_be_read_is_kept_and_says_so() {
    let world = ScaleWorld::new().await;
    for (body, unread) in [("not json", "event_not_json"), ("{}", "event_field_missing"), ("[]", "event_not_object")] {
        is_recorded(&world.send(delivery(VECTOR, body)).await);
        let kept = world.query::<String>("SELECT unread FROM deliveries ORDER BY seq DESC LIMIT 1");
        assert_eq!(kept, unread);
    }
    let unknown = json!({"topic": "SUBMISSION_POLISHED", "submission_id": "sub_1"});
    is_recorded(&world.send(delivery(VECTOR, unknown.to_string())).await);
    assert_eq!(world.query::<Option<String>>("SELECT unread FROM deliveries ORDER BY seq DESC LIMIT 1"), None);
}
