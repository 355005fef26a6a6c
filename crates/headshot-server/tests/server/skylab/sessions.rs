//! Opening, reading and deleting.

use axum::http::{Method, StatusCode};
use headshot_api::{OpenedSession, State, Surface};
use serde_json::{Value, json};

use super::Studio;
use crate::common::{API_KEY, Answer, PROFILE, delete, get, post};

async fn ask(studio: &Studio, body: &Value) -> Answer {
    studio.send(post("/v1/sessions", API_KEY, body)).await
}

fn fields(answer: &Answer) -> Vec<String> {
    answer.problem().errors.into_iter().map(|field| field.pointer).collect()
}

#[tokio::test]
async fn a_session_is_a_job_with_our_id_as_its_name() {
    let studio = Studio::new().await;
    let answer = ask(&studio, &json!({"provider": "skylab", "reference": "employee 7"})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let session = answer.json::<OpenedSession>().session;
    assert_eq!((session.state, session.provider_status.as_str()), (State::AwaitingUser, "pending"));
    assert_eq!(session.reference.as_deref(), Some("employee 7"));
    let created = &studio.skylab.calls_to(&Method::POST, "/jobs")[0];
    assert_eq!(created.body, json!({"name": session.id, "profile_id": PROFILE}));
    assert_eq!(created.headers["x-slt-api-key"], "the-skylab-key");
}

#[tokio::test]
async fn the_surface_says_what_is_taken() {
    let (studio, open) = Studio::opened().await;
    let surface = studio.session(&open.id).await.surface.unwrap();
    let Surface::Upload { limits } = surface else { panic!("{surface:?}") };
    assert_eq!((limits.photos, limits.bytes, limits.pixels, limits.longest_side), (40, 27_000_000, 27_000_000, 6400));
    assert_eq!(limits.media_types, ["image/jpeg", "image/png"]);
}

#[tokio::test]
async fn a_request_may_name_its_own_profile() {
    let studio = Studio::with(|args| args.providers.skylab.skylab_profile_id = None).await;
    let answer = ask(&studio, &json!({"provider": "skylab", "profileId": PROFILE})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let answer = ask(&studio, &json!({"provider": "skylab"})).await;
    answer.is_problem(422, "field_invalid");
    assert_eq!(fields(&answer), ["/profileId"]);
}

#[tokio::test]
async fn a_profile_that_the_provider_does_not_know_is_a_wrong_field() {
    let studio = Studio::new().await;
    let not_found = json!({"code": 404, "message": "Couldn't find Profile"});
    for refusal in [None, Some((404, not_found)), Some((422, json!({"code": 422, "message": "unknown profile"})))] {
        if let Some((status, body)) = refusal {
            studio.skylab.answer_next(status, &body);
        }
        let answer = ask(&studio, &json!({"provider": "skylab", "profileId": 8})).await;
        answer.is_problem(422, "field_invalid");
        assert_eq!(fields(&answer), ["/profileId"]);
    }
    assert!(studio.skylab.jobs().is_empty());
}

#[tokio::test]
async fn a_profile_of_the_servers_own_that_is_unknown_is_the_operators_fault() {
    let studio = Studio::with(|args| args.providers.skylab.skylab_profile_id = Some("8".into())).await;
    let answer = ask(&studio, &json!({"provider": "skylab"})).await;
    answer.is_problem(502, "provider_refused");
    assert_eq!(answer.problem().detail.as_deref(), Some("profile"));
}

#[tokio::test]
async fn what_this_provider_has_no_use_for_is_refused() {
    let studio = Studio::new().await;
    let body = json!({
        "provider": "skylab", "email": "ada@example.test", "firstName": "a", "lastName": "b", "teamId": "t",
        "testMode": true,
    });
    let answer = ask(&studio, &body).await;
    answer.is_problem(422, "field_invalid");
    assert_eq!(fields(&answer), ["/email", "/firstName", "/lastName", "/teamId", "/testMode"]);
}

#[tokio::test]
async fn a_job_whose_answer_was_lost_is_found_by_its_name() {
    let studio = Studio::new().await;
    for jobs in 1..3 {
        studio.skylab.lose_next();
        let answer = ask(&studio, &json!({"provider": "skylab"})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        assert_eq!(studio.skylab.jobs().len(), jobs);
    }
}

#[tokio::test]
async fn a_job_that_was_not_made_is_not_found() {
    let studio = Studio::new().await;
    studio.skylab.answer_next(502, &json!("bad gateway"));
    ask(&studio, &json!({"provider": "skylab"})).await.is_problem(502, "provider_unreachable");
    assert!(studio.skylab.jobs().is_empty());
}

/// K9
#[tokio::test]
async fn a_key_is_refused_alike_with_401_and_403() {
    let studio = Studio::new().await;
    for status in [401, 403] {
        studio.skylab.answer_next(status, &json!({"code": status, "message": "no"}));
        ask(&studio, &json!({"provider": "skylab"})).await.is_problem(502, "provider_refused");
    }
}

/// K10
#[tokio::test]
async fn nothing_that_the_api_cannot_do_is_offered() {
    let studio = Studio::new().await;
    for field in ["replaceBackground", "dualOutput"] {
        let answer = ask(&studio, &json!({"provider": "skylab", field: true})).await;
        answer.is_problem(400, "body_malformed");
    }
}

#[tokio::test]
async fn a_busy_provider_is_left_alone_for_as_long_as_it_says() {
    let studio = Studio::new().await;
    studio.skylab.answer_next(429, &json!({"code": 429, "message": "slow down"}));
    let answer = ask(&studio, &json!({"provider": "skylab"})).await;
    answer.is_problem(503, "provider_busy");
    let calls = studio.skylab.calls().len();
    ask(&studio, &json!({"provider": "skylab"})).await.is_problem(503, "provider_busy");
    assert_eq!(studio.skylab.calls().len(), calls);
}

#[tokio::test]
async fn a_deleted_session_is_cancelled_and_gone_with_every_photo() {
    let (studio, open) = Studio::queued(&["a", "b"]).await;
    studio.upload_files().iter().for_each(|name| assert!(name.starts_with("upl_"), "{name}"));
    let delete = delete(&open.path(""), API_KEY);
    assert_eq!(studio.send(delete).await.status, StatusCode::NO_CONTENT);
    studio.work().await;
    assert_eq!(studio.skylab.calls_to(&Method::POST, "/cancel").len(), 1);
    assert!(studio.skylab.jobs().is_empty());
    assert!(studio.upload_files().is_empty());
    assert_eq!(studio.query::<i64>("SELECT (SELECT count(*) FROM uploads) + (SELECT count(*) FROM work)"), 0);
    studio.send(get(&open.path("/uploads"), &open.token)).await.is_problem(410, "session_deleted");
}

#[tokio::test]
async fn what_cannot_be_cancelled_is_deleted_all_the_same() {
    let (studio, open) = Studio::opened().await;
    let delete = delete(&open.path(""), API_KEY);
    assert_eq!(studio.send(delete).await.status, StatusCode::NO_CONTENT);
    assert!(studio.skylab.jobs().is_empty());
}
