//! Callbacks of jobs and webhooks of the account.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use headshot_api::State;
use serde_json::{Value, json};

use super::{Open, Studio, signed};
use crate::common::{NOW, delete, is_recorded, request};

const ACCOUNT: &str = "/v1/webhooks/skylab";

fn job(open: &Open, state: &str) -> Value {
    json!({
        "accountId": 1, "id": open.job, "name": "n", "profileId": 7, "state": state, "type": "regular",
        "updatedAt": "2026-01-02T03:05:00Z",
        "photoDownloadUrls": {"a.jpg": "https://bucket.s3.region.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=s"},
    })
}

fn unsigned(method: Method, path: &str, body: &Value) -> Request<Body> {
    request(method, path, "").body(body.to_string().into()).unwrap()
}

impl Studio {
    /// A webhook of the account, signed now.
    async fn tell(&self, body: impl Into<Vec<u8>>) -> crate::common::Answer {
        self.send(signed(Method::POST, ACCOUNT, body, self.clock.now())).await
    }

    async fn status(&self, open: &Open) -> (State, String) {
        let session = self.session(&open.id).await;
        (session.state, session.provider_status)
    }
}

fn processing(word: &str) -> (State, String) {
    (State::Processing, word.into())
}

/// K1
#[tokio::test]
async fn a_callback_by_patch_and_a_webhook_by_post_move_the_session_on() {
    for by_callback in [true, false] {
        let (studio, open) = Studio::queued(&["a"]).await;
        let path = if by_callback { studio.callback_path(&open) } else { ACCOUNT.to_owned() };
        let method = if by_callback { Method::PATCH } else { Method::POST };
        studio.clock.advance(Duration::from_mins(2));
        let body = job(&open, "processing").to_string();
        is_recorded(&studio.send(signed(method, &path, body, studio.clock.now())).await, "recorded");
        assert_eq!(studio.status(&open).await, processing("processing"));
        assert_eq!(studio.query::<String>("SELECT trust FROM deliveries"), "body");
    }
}

/// K1
#[tokio::test]
async fn a_callback_without_a_signature_is_refused_whatever_the_setting() {
    for switch in ["off", "on"] {
        let studio = Studio::with(|args| args.providers.skylab.skylab_unsigned_webhooks = switch.into()).await;
        let open = studio.open().await;
        for path in [ACCOUNT, "/v1/webhooks/skylab/0123"] {
            let callback = unsigned(Method::PATCH, path, &job(&open, "complete"));
            studio.send(callback).await.is_problem(401, "signature_missing");
        }
    }
}

/// K1
#[tokio::test]
async fn a_webhook_without_a_signature_is_refused_unless_told_so() {
    let (studio, open) = Studio::opened().await;
    studio.send(unsigned(Method::POST, ACCOUNT, &job(&open, "complete"))).await.is_problem(401, "signature_missing");
    assert_eq!(studio.query::<i64>("SELECT count(*) FROM deliveries"), 0);
}

/// K1
#[tokio::test]
async fn a_webhook_without_a_signature_rings_where_told_so_and_is_not_believed() {
    let studio = Studio::with(|args| args.providers.skylab.skylab_unsigned_webhooks = "on".into()).await;
    let open = studio.open().await;
    studio.skylab.change_job(open.job, &json!({"state": "processing"}));
    is_recorded(&studio.send(unsigned(Method::POST, ACCOUNT, &job(&open, "complete"))).await, "recorded");
    assert_eq!(studio.status(&open).await, (State::AwaitingUser, "pending".into()));
    assert_eq!(studio.query::<String>("SELECT trust || ' ' || proof FROM deliveries"), "unsigned none");
    studio.work().await;
    assert_eq!(studio.status(&open).await, processing("processing"));
}

#[tokio::test]
async fn what_anybody_can_have_sent_about_nobody_leaves_no_trace() {
    let studio = Studio::with(|args| args.providers.skylab.skylab_unsigned_webhooks = "on".into()).await;
    for body in [json!({"id": 9, "state": "complete"}), json!({}), json!("x")] {
        assert_eq!(studio.send(unsigned(Method::POST, ACCOUNT, &body)).await.status, StatusCode::OK);
    }
    assert_eq!(studio.query::<i64>("SELECT count(*) FROM deliveries"), 0);
}

#[tokio::test]
async fn half_a_signature_is_no_missing_one() {
    let studio = Studio::with(|args| args.providers.skylab.skylab_unsigned_webhooks = "on".into()).await;
    let genuine = signed(Method::POST, ACCOUNT, "{}", NOW);
    for (removed, code) in [("x-skylab-signature", "signature_missing"), ("x-skylab-timestamp", "timestamp_missing")] {
        let mut half = request(Method::POST, ACCOUNT, "").body(Body::from("{}")).unwrap();
        *half.headers_mut() = genuine.headers().clone();
        half.headers_mut().remove(removed);
        studio.send(half).await.is_problem(401, code);
    }
    let mut forged = signed(Method::POST, ACCOUNT, "{}", NOW);
    *forged.body_mut() = "{ }".into();
    studio.send(forged).await.is_problem(401, "signature_mismatch");
}

/// K2
#[tokio::test]
async fn an_envelope_and_a_bare_job_say_the_same() {
    for in_envelope in [true, false] {
        let (studio, open) = Studio::opened().await;
        studio.clock.advance(Duration::from_mins(2));
        let bare = job(&open, "processing");
        let body = if in_envelope { json!({"type": "job_queued", "payload": bare}) } else { bare };
        is_recorded(&studio.tell(body.to_string()).await, "recorded");
        assert_eq!(studio.status(&open).await, processing("processing"));
    }
}

/// K3
#[tokio::test]
async fn the_state_of_the_job_says_what_happened_and_an_unknown_type_is_kept() {
    for kind in ["job_queued", "job_complete", "job_polished"] {
        let (studio, open) = Studio::opened().await;
        studio.clock.advance(Duration::from_mins(2));
        let body = json!({"type": kind, "payload": job(&open, "queued")});
        is_recorded(&studio.tell(body.to_string()).await, "recorded");
        assert_eq!(studio.status(&open).await, processing("queued"), "{kind}");
    }
}

#[tokio::test]
async fn an_error_of_the_api_is_about_nobody_and_rings_for_all_who_are_on_their_way() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.change_job(open.job, &json!({"state": "processing"}));
    let body = json!({"type": "api_error", "payload": {"message": "something"}});
    is_recorded(&studio.tell(body.to_string()).await, "recorded");
    studio.work().await;
    assert_eq!(studio.status(&open).await, processing("processing"));
}

#[tokio::test]
async fn a_webhook_in_xml_is_read_like_one_in_json() {
    for (before, after) in [("<hash><type>job_queued</type><payload>", "</payload></hash>"), ("<job>", "</job>")] {
        let (studio, open) = Studio::opened().await;
        studio.clock.advance(Duration::from_mins(2));
        let id = open.job;
        let job =
            format!("<id type=\"integer\">{id}</id><state>queued</state><updated-at>2026-01-02T03:05:00Z</updated-at>");
        let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{before}{job}{after}");
        is_recorded(&studio.tell(xml).await, "recorded");
        assert_eq!(studio.status(&open).await, processing("queued"), "{before}");
    }
}

/// K4
#[tokio::test]
async fn the_errors_of_a_job_are_read_in_every_shape() {
    for errors in [json!(["no face"]), json!([["no", "face"], ["blurred"]]), json!("no face"), json!(null)] {
        let (studio, open) = Studio::opened().await;
        studio.clock.advance(Duration::from_mins(2));
        let mut failed = job(&open, "error");
        failed["errors"] = errors.clone();
        studio.skylab.change_job(open.job, &json!({"state": "error", "errors": errors}));
        is_recorded(&studio.tell(failed.to_string()).await, "recorded");
        assert_eq!(studio.query::<Option<String>>("SELECT unread FROM deliveries"), None, "{errors}");
        studio.work().await;
        assert_eq!(studio.status(&open).await, (State::Failed, "error".into()), "{errors}");
    }
}

/// K6
#[tokio::test]
async fn the_signature_is_over_the_bytes_with_their_escapes() {
    let (studio, open) = Studio::opened().await;
    let escaped = job(&open, "queued").to_string().replace('&', "\\u0026");
    let mut printed_again = signed(Method::POST, ACCOUNT, escaped.clone(), NOW);
    *printed_again.body_mut() = job(&open, "queued").to_string().into();
    studio.send(printed_again).await.is_problem(401, "signature_mismatch");
    is_recorded(&studio.tell(escaped).await, "recorded");
}

#[tokio::test]
async fn a_genuine_notification_whose_time_is_off_rings_and_is_not_believed() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.change_job(open.job, &json!({"state": "processing"}));
    let path = studio.callback_path(&open);
    let late = signed(Method::PATCH, &path, job(&open, "complete").to_string(), NOW - Duration::from_mins(20));
    is_recorded(&studio.send(late).await, "recorded");
    assert_eq!(studio.status(&open).await, processing("queued"));
    assert_eq!(studio.query::<String>("SELECT trust FROM deliveries"), "stale");
    studio.work().await;
    assert_eq!(studio.status(&open).await, processing("processing"));
}

#[tokio::test]
async fn a_callback_with_a_wrong_tail_is_no_route() {
    let (studio, open) = Studio::queued(&["a"]).await;
    let right = studio.callback_path(&open);
    let wrong = format!("{}{}", &right[..right.len() - 1], if right.ends_with('0') { '1' } else { '0' });
    let body = job(&open, "complete").to_string();
    for path in [wrong.as_str(), "/v1/webhooks/skylab/null", "/v1/webhooks/skylab/%20"] {
        studio.send(signed(Method::PATCH, path, body.clone(), NOW)).await.is_problem(404, "route_unknown");
    }
    assert_eq!(studio.query::<i64>("SELECT count(*) FROM deliveries"), 0);
    is_recorded(&studio.send(signed(Method::PATCH, &right, body, NOW)).await, "recorded");
}

#[tokio::test]
async fn a_callback_about_another_job_is_no_route() {
    let (studio, open) = Studio::queued(&["a"]).await;
    let other = studio.open().await;
    let path = studio.callback_path(&open);
    for body in [job(&other, "complete"), json!({"id": 999, "state": "complete"})] {
        let callback = signed(Method::PATCH, &path, body.to_string(), NOW);
        studio.send(callback).await.is_problem(404, "route_unknown");
    }
}

#[tokio::test]
async fn a_callback_that_cannot_be_read_rings_for_its_session() {
    for body in ["not json", "[]", "{}", "<!DOCTYPE x><x/>"] {
        let (studio, open) = Studio::queued(&["a"]).await;
        studio.skylab.change_job(open.job, &json!({"state": "processing"}));
        let path = studio.callback_path(&open);
        is_recorded(&studio.send(signed(Method::PATCH, &path, body, NOW)).await, "recorded");
        assert_eq!(studio.query::<i64>("SELECT count(body) FROM deliveries"), 1, "{body}");
        studio.work().await;
        assert_eq!(studio.status(&open).await, processing("processing"), "{body}");
    }
}

#[tokio::test]
async fn a_callback_after_the_session_was_deleted_is_taken_and_forgotten() {
    let (studio, open) = Studio::queued(&["a"]).await;
    let path = studio.callback_path(&open);
    let delete = delete(&open.path(""), crate::common::API_KEY);
    studio.send(delete).await;
    let body = job(&open, "error").to_string();
    is_recorded(&studio.send(signed(Method::PATCH, &path, body, NOW)).await, "recorded");
    assert_eq!(studio.query::<i64>("SELECT count(body) FROM deliveries"), 0);
    assert_eq!(studio.session(&open.id).await.state, State::Deleted);
}

#[tokio::test]
async fn every_accepted_notification_is_answered_with_200() {
    let (studio, open) = Studio::queued(&["a"]).await;
    let path = studio.callback_path(&open);
    for state in ["queued", "complete", "error", "polishing"] {
        let answer = studio.send(signed(Method::PATCH, &path, job(&open, state).to_string(), NOW)).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_status_that_nobody_documented_is_kept() {
    let (studio, open) = Studio::opened().await;
    studio.clock.advance(Duration::from_mins(2));
    for state in ["polishing", "failed"] {
        studio.tell(job(&open, state).to_string()).await;
        assert_eq!(studio.status(&open).await, processing(state));
    }
}

#[tokio::test]
async fn a_job_that_nobody_queued_for_months_is_found_by_its_notification() {
    let (studio, open) = Studio::opened().await;
    studio.pass_days(100).await;
    let asked = studio.skylab.calls().len();
    studio.pass_days(100).await;
    assert_eq!(studio.skylab.calls().len(), asked);
    studio.skylab.change_job(open.job, &json!({"state": "processing"}));
    is_recorded(&studio.tell(job(&open, "processing").to_string()).await, "recorded");
    studio.work().await;
    assert_eq!(studio.status(&open).await, processing("processing"));
}
