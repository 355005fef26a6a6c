//! Keys, credits, rates, and what the organization tells about itself.

use axum::http::{Method, header};
use headshot_sandbox::provider::headshotpro::Config;
use serde_json::json;

use crate::support::{MODELS, Provider, request};

#[tokio::test]
async fn refuses_a_missing_and_a_wrong_key() {
    let provider = Provider::new();
    provider.visit(Method::GET, MODELS, None).await.refused(401, "UNAUTHORIZED");
    for value in ["Bearer wrong", "Basic sandbox-api-key", "sandbox-api-key", "Bearer "] {
        let asked = request(Method::GET, MODELS, None).header(header::AUTHORIZATION, value);
        provider.send(asked, MODELS).await.refused(401, "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn tells_the_organization_its_teams_and_its_credits() {
    let provider = Provider::with(Config { credits: 7, ..Config::default() });
    let organization = provider.get("/api/v2/organization").await.json();
    assert_eq!(organization["success"], true);
    assert_eq!(organization["organization"]["teams"][0], json!({ "id": "team_design", "name": "Design" }));
    assert_eq!(provider.get("/api/v2/organization/credits").await.json(), json!({ "success": true, "credits": 7 }));
    assert_eq!(provider.get("/api/v2/organization/teams").await.json()["teams"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_answer_tells_the_rate_and_too_many_requests_are_refused() {
    let provider = Provider::with(Config { requests_per_minute: 2, ..Config::default() });
    let first = provider.get(MODELS).await;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("2", "1"));
    let reset = first.header("x-ratelimit-reset");
    assert!(reset.contains('T') && reset.ends_with('Z'), "no ISO 8601 time: {reset}");
    provider.visit(Method::GET, MODELS, None).await.refused(401, "UNAUTHORIZED");
    let third = provider.get(MODELS).await;
    third.refused(429, "RATE_LIMIT_EXCEEDED");
    assert_eq!(third.header("x-ratelimit-remaining"), "0");
}

#[tokio::test]
async fn an_ordered_answer_has_the_code_of_its_status() {
    let provider = Provider::new();
    for (status, code) in [
        (400, "INVALID_REQUEST"),
        (401, "UNAUTHORIZED"),
        (402, "INSUFFICIENT_CREDITS"),
        (403, "FORBIDDEN"),
        (404, "NOT_FOUND"),
        (429, "RATE_LIMIT_EXCEEDED"),
        (503, "SERVER_ERROR"),
    ] {
        provider.post("/sandbox/answers", json!({ "status": status })).await;
        provider.get(MODELS).await.refused(status, code);
    }
}

#[tokio::test]
async fn unknown_endpoints_and_methods_are_not_found() {
    let provider = Provider::new();
    provider.get("/api/v2/organization/nothing").await.refused(404, "NOT_FOUND");
    provider.call(Method::PATCH, MODELS, None).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn without_credits_only_test_mode_opens_a_session() {
    let provider = Provider::with(Config { credits: 0, ..Config::default() });
    provider.post(MODELS, json!({ "email": "ada@example.test" })).await.refused(402, "INSUFFICIENT_CREDITS");
    provider.open("ada@example.test").await;
}

#[tokio::test]
async fn a_credit_is_spent_when_photos_are_in_and_never_in_test_mode() {
    let provider = Provider::with(Config { credits: 5, ..Config::default() });
    let credits = async || provider.get("/api/v2/organization/credits").await.json()["credits"].as_u64().unwrap();
    let opened = provider.post(MODELS, json!({ "email": "ada@example.test" })).await.json();
    assert!(opened.get("isDevelopment").is_none(), "{opened}");
    assert_eq!(credits().await, 5);
    provider.post(&format!("/sandbox/sessions/{}/submit", opened["modelId"].as_str().unwrap()), json!({})).await;
    assert_eq!(credits().await, 4);
    let free = provider.open("grace@example.test").await;
    provider.post(&format!("/sandbox/sessions/{free}/submit"), json!({})).await;
    assert_eq!(credits().await, 4);
}
