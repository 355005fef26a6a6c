//! The capture page and the studio's public page.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::scale::Config;
use serde_json::{Value, json};

use super::path_of;
use crate::support::{Answer, Provider, raw, until};

const JPEG: &[u8] = include_bytes!("../files/small.jpg");

async fn hand_in(provider: &Provider, page: &str, photo: &[u8]) -> Answer {
    provider.send(raw(Method::POST, "image/jpeg", photo.to_vec()), &format!("{page}/photo")).await
}

async fn state(provider: &Provider, page: &str) -> Value {
    provider.visit(Method::GET, &format!("{page}/state"), None).await.json()
}

#[tokio::test]
async fn one_photo_makes_a_submission() {
    let provider = Provider::scale_default();
    let session = provider.open_session("ada@example.test").await;
    let page = path_of(&session["url"]);
    assert_eq!(state(&provider, &page).await, json!({ "state": null, "image": null, "redirectUrl": null }));
    for nonsense in [&b""[..], b"no picture"] {
        hand_in(&provider, &page, nonsense).await.is_problem(422, "invalid");
    }
    let handed_in = hand_in(&provider, &page, JPEG).await;
    assert_eq!((handed_in.status, &handed_in.json()["state"]), (StatusCode::OK, &json!("PENDING")));
    hand_in(&provider, &page, JPEG).await.is_problem(422, "invalid");

    let id = session["id"].as_str().unwrap();
    provider.post(&format!("/sandbox/sessions/{id}/complete"), json!({})).await;
    let image = state(&provider, &page).await["image"].as_str().unwrap().to_owned();
    assert_eq!(provider.visit(Method::GET, &image, None).await.header("content-type"), "image/png");
}

#[tokio::test]
async fn the_page_has_its_controls_and_loads_nothing_from_elsewhere() {
    let provider = Provider::scale_default();
    let page = path_of(&provider.open_session("ada@example.test").await["url"]);
    let shown = provider.visit(Method::GET, &page, None).await;
    let policy = shown.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for hook in ["start-camera", "camera", "take-photo", "upload", "submit", "status", "results", "camera-error"] {
        assert!(shown.text().contains(&format!("id=\"{hook}\"")), "no #{hook}");
    }
    for file in ["studio.css", "capture.js", "camera.js"] {
        let file = provider.visit(Method::GET, &format!("/studio-files/{file}"), None).await;
        assert!(file.status == StatusCode::OK && !file.body.is_empty());
    }
}

#[tokio::test]
async fn it_may_be_framed_only_if_told_so() {
    for (framing, header) in [(false, "DENY"), (true, "")] {
        let provider = Provider::scale(Config { framing, ..Config::default() }, 1.0);
        let page = path_of(&provider.open_session("ada@example.test").await["url"]);
        assert_eq!(provider.visit(Method::GET, &page, None).await.header("x-frame-options"), header);
    }
}

#[tokio::test]
async fn an_unknown_link_gets_a_friendly_page() {
    let provider = Provider::scale_default();
    for path in ["/s/wrong", "/studio/stu_other"] {
        let answer = provider.visit(Method::GET, path, None).await;
        assert!(answer.status == StatusCode::NOT_FOUND && answer.text().contains("begin again"), "{path}");
    }
    provider.visit(Method::GET, "/s/wrong/state", None).await.is_problem(404, "not_found");
    hand_in(&provider, "/s/wrong", JPEG).await.is_problem(404, "not_found");
    provider.visit(Method::POST, "/studio/stu_other", Some(json!({}))).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_link_ends_when_nobody_comes() {
    // A day lasts half a second.
    let provider = Provider::scale(Config::default(), 172_800.0);
    let page = path_of(&provider.open_session("ada@example.test").await["url"]);
    until("the end of the link", async || {
        tokio::time::sleep(Duration::from_millis(50)).await;
        (provider.visit(Method::GET, &page, None).await.status == StatusCode::NOT_FOUND).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_public_page_opens_a_session_for_whoever_says_their_name() {
    let provider = Provider::scale_default();
    let shown = provider.visit(Method::GET, "/studio/stu_sandbox", None).await;
    assert!(shown.text().contains("id=\"visitor\""));
    let body = json!({ "first_name": "Ada", "last_name": "L", "email": "ada@example.test" });
    let page = provider.visit(Method::POST, "/studio/stu_sandbox", Some(body)).await.json()["page"].clone();
    assert_eq!(hand_in(&provider, page.as_str().unwrap(), JPEG).await.status, StatusCode::OK);
    let session = provider.get("/sandbox/sessions").await.json()["sessions"][0].clone();
    assert_eq!((&session["email"], &session["status"]), (&json!("ada@example.test"), &json!("PENDING")));
    let nobody = provider.visit(Method::POST, "/studio/stu_sandbox", Some(json!({ "email": "nobody" }))).await;
    nobody.is_problem(422, "invalid");
}
