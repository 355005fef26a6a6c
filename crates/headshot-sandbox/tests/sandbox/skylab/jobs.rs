//! Jobs, from the first photo to the results.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::skylab::{Config, WrongKey};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{API, JPEG};
use crate::support::{Provider, request};

#[tokio::test]
async fn refuses_a_wrong_key_with_either_status() {
    for (wrong_key, status) in [(WrongKey::Unauthorized, 401), (WrongKey::Forbidden, 403)] {
        let provider = Provider::skylab(Config { wrong_key, ..Config::default() }, 1.0);
        let path = format!("{API}/jobs");
        provider.visit(Method::GET, &path, None).await.is_error(status);
        let wrong =
            request(Method::GET, &path, None).header(axum::http::HeaderName::from_static("x-slt-api-key"), "no");
        provider.send(wrong, &path).await.is_error(status);
    }
}

#[tokio::test]
async fn refuses_addresses_that_are_not_on_the_list() {
    let allowed_addresses = vec!["192.0.2.1".parse().unwrap()];
    let provider = Provider::skylab(Config { allowed_addresses, ..Config::default() }, 1.0);
    provider.get(&format!("{API}/jobs")).await.is_error(403);
}

#[tokio::test]
async fn makes_a_job_as_documented() {
    let provider = Provider::skylab_default();
    let body = json!({ "name": "demo", "profile_id": 1 });
    let made = provider.post(&format!("{API}/jobs"), body).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let job = made.json();
    assert_eq!((&job["state"], &job["type"], &job["accountId"]), (&json!("pending"), &json!("regular"), &json!(1)));
    assert_eq!((&job["errors"], &job["photoDownloadUrls"], &job["photos"]), (&json!([]), &json!({}), &json!([])));
    assert_eq!(job["profile"]["name"], "Sandbox headshots");
    assert!(job["createdAt"].is_string() && job["submittedAt"].is_null());
}

#[tokio::test]
async fn refuses_a_job_that_cannot_be() {
    let provider = Provider::skylab_default();
    provider.create_job("demo").await;
    let path = format!("{API}/jobs");
    for (body, field) in [
        (json!({ "name": "demo", "profile_id": 1 }), "name"),
        (json!({ "profile_id": 1 }), "name"),
        (json!({ "name": "other" }), "profile"),
        (json!({ "name": "other", "profile_id": 99 }), "profile"),
        (json!({ "name": "other", "profile_id": "many" }), "profile_id"),
        (json!({ "name": "other", "profile_id": 1, "type": "odd" }), "type"),
    ] {
        let refused = provider.post(&path, body.clone()).await;
        refused.is_error(422);
        assert!(refused.json()["errors"][field].is_array(), "{body}: {}", refused.text());
    }
    let broken = crate::support::raw(Method::POST, "application/json", b"{".to_vec());
    let key = axum::http::HeaderName::from_static("x-slt-api-key");
    provider.send(broken.header(key, "sandbox-skylab-key"), &path).await.is_error(400);
    provider.get(&format!("{API}/jobs/7")).await.is_error(404);
    provider.get(&format!("{API}/nothing")).await.is_error(404);
}

#[tokio::test]
async fn lists_thirty_jobs_a_page_the_newest_first_and_then_nothing() {
    let provider = Provider::skylab_default();
    for number in 0..31 {
        provider.create_job(&format!("job {number}")).await;
    }
    let page = async |page: &str| provider.get(&format!("{API}/jobs{page}")).await.json();
    let first = page("").await;
    assert_eq!((first.as_array().unwrap().len(), &first[0]["name"]), (30, &json!("job 30")));
    assert_eq!(page("?page=2").await.as_array().unwrap().len(), 1);
    assert_eq!(page("?page=3").await, json!([]));
}

#[tokio::test]
async fn takes_parameters_of_a_get_from_the_query_or_a_body() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("two words").await;
    let by_query = provider.get(&format!("{API}/jobs/find_by_name?name=two%20words")).await.json();
    let body = json!({ "name": "two words" });
    let by_body = provider.call(Method::GET, &format!("{API}/jobs/find_by_name"), Some(body)).await.json();
    assert_eq!((&by_query["id"], &by_body["id"]), (&json!(job), &json!(job)));

    let photo = provider.add_photo(job, "a.jpg").await;
    for query in [format!("?job_id={job}"), "?job_name=two%20words".to_owned()] {
        let photos = provider.get(&format!("{API}/photos/list_for_job{query}")).await.json();
        assert_eq!((&photos[0]["id"], &photos[0]["jobId"]), (&json!(photo), &json!(job)));
    }
    let ids = provider.get(&format!("{API}/jobs/{job}/photo_ids")).await.json();
    assert_eq!(ids, json!([photo]));
}

#[tokio::test]
async fn a_name_is_free_again_after_the_job_was_deleted() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("demo").await;
    let renamed = provider.call(Method::PATCH, &format!("{API}/jobs/{job}"), Some(json!({ "name": "other" }))).await;
    assert_eq!(renamed.json()["name"], "other");
    let path = format!("{API}/jobs/{job}");
    assert_eq!(provider.call(Method::DELETE, &path, None).await.json()["id"], job);
    provider.get(&path).await.is_error(404);
    provider.create_job("other").await;
    assert_eq!(provider.get(&format!("/sandbox/sessions/{job}")).await.json()["status"], "deleted");
}

/// The states of a job from now on until `last`, with the time of each.
async fn watch(provider: &Provider, job: u64, last: &str) -> Vec<(String, Duration)> {
    let start = Instant::now();
    let mut seen: Vec<(String, Duration)> = Vec::new();
    loop {
        let state = provider.job(job).await["state"].as_str().unwrap().to_owned();
        if seen.last().is_none_or(|(before, _)| *before != state) {
            seen.push((state.clone(), start.elapsed()));
        }
        if state == last {
            return seen;
        }
        assert!(start.elapsed() < Duration::from_hours(1), "stuck: {seen:?}");
        sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_queued_job_is_checked_and_done_in_three_minutes() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("demo").await;
    let photo = provider.add_photo(job, "a.jpg").await;
    provider.upload(photo, JPEG).await;
    let queued = provider.post(&format!("{API}/jobs/{job}/queue"), json!({})).await.json();
    assert_eq!(queued["state"], "pending", "the photos are checked first");
    provider.post(&format!("{API}/jobs/{job}/queue"), json!({})).await.is_error(422);
    provider.post(&format!("{API}/photos"), json!({ "job_id": job, "name": "late.jpg" })).await.is_error(422);

    let seen = watch(&provider, job, "complete").await;
    let states: Vec<_> = seen.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(states, ["pending", "queued", "processing", "complete"]);
    assert!((Duration::from_mins(3)..Duration::from_secs(190)).contains(&seen[3].1), "{seen:?}");
    let done = provider.job(job).await;
    assert_eq!(done["processed"], json!({ "retouch": 1, "total": 1 }));
    assert!(done["completedAt"].is_string() && done["expiryDate"].is_string());
    assert_eq!(done["photoDownloadUrls"].as_object().unwrap().keys().collect::<Vec<_>>(), ["a.jpg"]);
}

#[tokio::test(start_paused = true)]
async fn a_photo_that_is_missing_or_none_ends_the_job_in_an_error() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("demo").await;
    provider.post(&format!("{API}/jobs/{job}/queue"), json!({})).await.is_error(422);
    provider.add_photo(job, "missing.jpg").await;
    let text = provider.add_photo(job, "text.jpg").await;
    provider.upload(text, b"no picture at all").await;
    provider.post(&format!("{API}/jobs/{job}/queue"), json!({})).await;
    watch(&provider, job, "error").await;
    let errors = provider.job(job).await["errors"].clone();
    assert_eq!(errors, json!(["Photo missing.jpg was not uploaded", "Photo text.jpg is no JPEG, PNG or WebP picture"]));
}

#[tokio::test(start_paused = true)]
async fn the_check_can_be_skipped() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("demo").await;
    provider.add_photo(job, "missing.jpg").await;
    provider.post(&format!("{API}/jobs/{job}/queue"), json!({ "skip_photo_validation": true })).await;
    watch(&provider, job, "complete").await;
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_job_is_pending_again_and_can_be_queued_anew() {
    let provider = Provider::skylab_default();
    let job = provider.create_job("demo").await;
    let photo = provider.add_photo(job, "a.jpg").await;
    provider.upload(photo, JPEG).await;
    provider.post(&format!("{API}/jobs/{job}/cancel"), json!({})).await.is_error(422);
    provider.post(&format!("{API}/jobs/{job}/queue"), json!({})).await;
    watch(&provider, job, "processing").await;
    let cancelled = provider.post(&format!("{API}/jobs/{job}/cancel"), json!({})).await.json();
    assert_eq!(cancelled["state"], "pending");
    sleep(Duration::from_mins(10)).await;
    assert_eq!(provider.job(job).await["state"], "pending");
    provider.post(&format!("{API}/jobs/{job}/queue"), json!({})).await;
    watch(&provider, job, "complete").await;
}

#[tokio::test]
async fn tells_how_many_jobs_come_first() {
    let provider = Provider::skylab_default();
    let in_front = async |job: u64| provider.get(&format!("{API}/jobs/{job}/jobs_in_front")).await.json();
    let mut jobs = Vec::new();
    for name in ["first", "second"] {
        let job = provider.create_job(name).await;
        provider.post(&format!("/sandbox/sessions/{job}/submit"), json!({})).await;
        provider.post(&format!("/sandbox/sessions/{job}/status"), json!({ "status": "queued" })).await;
        jobs.push(job);
    }
    let second = in_front(jobs[1]).await;
    assert_eq!((&second["jobsInFront"], second["message"].is_string()), (&json!(1), true));
    provider.post(&format!("/sandbox/sessions/{}/status", jobs[0]), json!({ "status": "processing" })).await;
    assert_eq!(in_front(jobs[0]).await["jobsInFront"], 0);
    provider.post(&format!("/sandbox/sessions/{}/complete", jobs[0]), json!({})).await;
    assert_eq!(in_front(jobs[0]).await["jobsInFront"], -1);
}

#[tokio::test]
async fn can_spell_its_answers_otherwise() {
    let provider = Provider::skylab(Config { other_spelling: true, ..Config::default() }, 1.0);
    let job = provider.complete_job("a.jpg", JPEG).await;
    let done = provider.job(job).await;
    assert!(done["photo_download_urls"]["a.jpg"].is_string() && done.get("photoDownloadUrls").is_none());
    provider.post(&format!("/sandbox/sessions/{job}/fail"), json!({})).await;
    assert_eq!(provider.job(job).await["errors"], json!([["Something went wrong"]]));
    let body = json!({ "name": "plain", "enable_crop": false });
    let profile: Value = provider.post(&format!("{API}/profiles"), body).await.json();
    assert_eq!(profile[0]["name"], "plain");
}
