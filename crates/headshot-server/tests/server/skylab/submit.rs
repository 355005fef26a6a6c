//! `POST /v1/sessions/{id}/submit`

use std::time::Duration;

use axum::http::{Method, StatusCode};
use headshot_api::{Session, State, UploadState};
use serde_json::json;

use super::{Studio, jpeg, photo, submission, withdrawal};
use crate::common::PUBLIC_URL;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn the_provider_begins_once_it_has_every_photo() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.upload(&open, "b").await;
    let session = studio.submit(&open).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Processing, "pending"));
    assert!(studio.skylab.calls_to(&Method::POST, "/queue").is_empty(), "nobody waits for the provider");
    studio.work().await;
    assert_eq!(studio.skylab.photos(open.job).iter().flatten().count(), 2);
    assert_eq!(studio.skylab.calls_to(&Method::POST, "/queue").len(), 1);
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Processing, "queued"));
}

#[tokio::test]
async fn the_callback_has_an_address_that_nobody_can_guess() {
    let (studio, open) = Studio::queued(&["a"]).await;
    let (_, other) = Studio::queued(&["a"]).await;
    let body = &studio.skylab.calls_to(&Method::POST, "/queue")[0].body;
    let tail = body["callback_url"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap();
    let tail = tail.strip_prefix("/v1/webhooks/skylab/").unwrap();
    assert!(tail.len() == 32 && tail.bytes().all(|byte| byte.is_ascii_hexdigit()), "{tail}");
    assert!(!open.id.contains(tail) && !other.id.contains(tail));
}

#[tokio::test]
async fn what_was_submitted_survives_a_restart() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.submit(&open).await;
    let studio = studio.reopened().await;
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
}

#[tokio::test]
async fn there_is_something_to_submit() {
    let (studio, open) = Studio::opened().await;
    studio.send(submission(&open)).await.is_problem(409, "uploads_missing");
    let upload = studio.upload(&open, "a").await;
    studio.send(withdrawal(&open, &upload.id)).await;
    studio.send(submission(&open)).await.is_problem(409, "uploads_missing");
    assert_eq!(studio.session(&open.id).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn a_second_time_is_fine_and_changes_nothing() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    let first = studio.submit(&open).await;
    assert_eq!(studio.submit(&open).await, first);
    studio.work().await;
    let answer = studio.send(submission(&open)).await;
    assert_eq!((answer.status, answer.json::<Session>().provider_status), (StatusCode::ACCEPTED, "queued".into()));
    studio.work().await;
    assert_eq!(studio.skylab.calls_to(&Method::POST, "/queue").len(), 1);
}

#[tokio::test]
async fn nothing_is_added_or_taken_back_afterwards() {
    let (studio, open) = Studio::opened().await;
    let upload = studio.upload(&open, "a").await;
    studio.submit(&open).await;
    for _ in 0..2 {
        studio.send(photo(&open, "", jpeg(640, 480, "b"))).await.is_problem(409, "session_submitted");
        studio.send(withdrawal(&open, &upload.id)).await.is_problem(409, "session_submitted");
        assert!(!studio.uploads(&open).await.is_open);
        studio.work().await;
    }
    assert_eq!(studio.skylab.photos(open.job).len(), 1);
}

#[tokio::test]
async fn a_photo_that_is_taken_back_while_it_is_sent_is_not_in_the_job() {
    let (studio, open) = Studio::opened().await;
    let upload = studio.upload(&open, "a").await;
    studio.upload(&open, "b").await;
    studio.skylab.refuse_photos(&[500, 500, 500]);
    studio.work().await;
    studio.send(withdrawal(&open, &upload.id)).await;
    studio.submit(&open).await;
    studio.pass(5 * SECOND).await;
    assert_eq!(studio.skylab.photos(open.job), [Some(jpeg(640, 480, "b"))]);
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
}

#[tokio::test]
async fn a_queueing_whose_answer_was_lost_is_done_once() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.work().await;
    studio.submit(&open).await;
    studio.skylab.lose_next();
    studio.work().await;
    studio.pass(2 * SECOND).await;
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
    assert_eq!(studio.query::<i64>("SELECT count(*) FROM work WHERE kind = 'submit_session'"), 0);
}

#[tokio::test]
async fn a_job_that_waits_for_its_photos_to_be_checked_is_on_its_way() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.change_job(open.job, &json!({"state": "pending"}));
    let (checked, other) = Studio::opened().await;
    checked.upload(&other, "a").await;
    checked.work().await;
    checked.submit(&other).await;
    checked.skylab.answer_next(200, &json!({"id": other.job, "state": "pending", "name": "x", "accountId": 1}));
    checked.work().await;
    let session = checked.session(&other.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Processing, "pending"));
    assert!(!checked.uploads(&other).await.is_open);
}

#[tokio::test]
async fn a_job_that_was_cancelled_before_anybody_saw_it_queued_is_the_persons_again_in_the_end() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.work().await;
    studio.submit(&open).await;
    studio.skylab.answer_next(200, &json!({"id": open.job, "state": "pending"}));
    studio.work().await;
    studio.pass(Duration::from_mins(59)).await;
    assert_eq!(studio.session(&open.id).await.state, State::Processing);
    studio.pass(Duration::from_mins(30)).await;
    assert_eq!(studio.session(&open.id).await.state, State::AwaitingUser);
    assert!(studio.uploads(&open).await.is_open);
}

#[tokio::test]
async fn an_answer_that_is_no_job_is_no_queueing() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.work().await;
    studio.submit(&open).await;
    studio.skylab.answer_next(200, &json!("<html>"));
    studio.work().await;
    studio.pass(2 * SECOND).await;
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
}

#[tokio::test]
async fn a_job_that_was_cancelled_at_the_provider_is_the_persons_again() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.change_job(open.job, &json!({"state": "pending"}));
    studio.pass(Duration::from_mins(1)).await;
    assert_eq!(studio.session(&open.id).await.state, State::AwaitingUser);
    assert!(studio.uploads(&open).await.is_open);
    studio.upload(&open, "b").await;
    studio.submit(&open).await;
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
    assert_eq!(studio.skylab.photos(open.job).iter().flatten().count(), 2);
}

#[tokio::test]
async fn a_photo_that_is_refused_after_submitting_gives_the_session_back() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.submit(&open).await;
    studio.skylab.answer_next(200, &json!([]));
    studio.skylab.answer_next(422, &json!({"code": 422, "message": "no"}));
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.state, State::AwaitingUser);
    assert_eq!(studio.upload_states(&open).await, [UploadState::Refused]);
    assert!(studio.uploads(&open).await.is_open);
}

#[tokio::test]
async fn a_provider_that_never_begins_fails_the_session_and_can_be_asked_again() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.work().await;
    studio.skylab.set_credits(false);
    studio.submit(&open).await;
    studio.pass_half_hours(40).await;
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Failed, "pending"));
    studio.skylab.set_credits(true);
    studio.submit(&open).await;
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
}

#[tokio::test]
async fn uploads_that_are_gone_cannot_be_submitted() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.change_job(open.job, &json!({"state": "pending"}));
    studio.pass(15 * 24 * Duration::from_hours(1)).await;
    assert!(studio.upload_files().is_empty());
    let mut request = submission(&open);
    request.headers_mut().insert("authorization", format!("Bearer {}", crate::common::API_KEY).parse().unwrap());
    studio.send(request).await.is_problem(409, "uploads_missing");
}
