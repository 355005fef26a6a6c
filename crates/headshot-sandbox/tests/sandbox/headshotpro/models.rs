//! Opening, listing and deleting sessions.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{MODELS, Provider, raw};

#[tokio::test]
async fn opens_a_session_as_documented() {
    let provider = Provider::new();
    let body = json!({ "email": "ada.lovelace@example.test", "teamId": "team_design", "isDevelopment": true });
    let answer = provider.post(MODELS, body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let opened = answer.json();
    let id = opened["modelId"].as_str().unwrap();
    assert!(id.len() == 24 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    assert_eq!((&opened["success"], &opened["status"]), (&json!(true), &json!("onboarding")));
    assert_eq!(opened["isDevelopment"], true);
    let signed_url = opened["signedUrl"].as_str().unwrap();
    assert!(signed_url.starts_with("http://127.0.0.1:8788/auth/social?token="), "{signed_url}");
    assert!(signed_url.ends_with("&anonymous=1"), "{signed_url}");

    let model = &provider.get(&format!("{MODELS}/{id}")).await.json()["model"];
    assert_eq!((&model["id"], &model["title"]), (&json!(id), &json!("Ada Lovelace")));
    assert_eq!((&model["teamId"], &model["teamName"]), (&json!("team_design"), &json!("Design")));
    assert_eq!((&model["finishedAt"], &model["isDevelopment"]), (&Value::Null, &json!(true)));
    assert!(model["uid"].as_str().unwrap().starts_with("anon_"));
}

#[tokio::test]
async fn refuses_an_email_that_exists_and_recommends_a_suffix() {
    let provider = Provider::new();
    provider.open("ada@example.test").await;
    let error = provider.post(MODELS, json!({ "email": "Ada@Example.test" })).await.refused(400, "ALREADY_EXISTS");
    assert!(error.contains("suffix") && error.contains('+'), "{error}");
    provider.open("ada+2@example.test").await;
}

#[tokio::test]
async fn refuses_what_is_no_email() {
    let provider = Provider::new();
    for email in ["", "ada", "@example.test", "ada@", "a da@example.test", "ada@example", "a@b@example.test"] {
        provider.post(MODELS, json!({ "email": email })).await.refused(400, "INVALID_EMAIL");
    }
}

#[tokio::test]
async fn refuses_a_body_that_it_cannot_read() {
    let provider = Provider::new();
    provider.post(MODELS, json!({ "teamId": "team_design" })).await.refused(400, "INVALID_REQUEST");
    provider.post(MODELS, json!({ "email": 7 })).await.refused(400, "INVALID_REQUEST");
    let broken = raw(Method::POST, "application/json", b"{".to_vec());
    let broken = broken.header(axum::http::header::AUTHORIZATION, "Bearer sandbox-api-key");
    provider.send(broken, MODELS).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn lists_sessions_page_by_page() {
    let provider = Provider::new();
    for number in 0..5 {
        provider.open(&format!("person{number}@example.test")).await;
    }
    let page = provider.get(&format!("{MODELS}?limit=2&offset=3")).await.json();
    assert_eq!(page["models"][0]["email"], "person3@example.test");
    assert_eq!(page["pagination"], json!({ "total": 5, "limit": 2, "offset": 3, "hasMore": false }));
    let page = provider.get(&format!("{MODELS}?limit=2")).await.json();
    assert_eq!(page["pagination"], json!({ "total": 5, "limit": 2, "offset": 0, "hasMore": true }));
    let default = provider.get(MODELS).await.json();
    assert_eq!(default["pagination"]["limit"], 50);
    assert_eq!(provider.get(&format!("{MODELS}?limit=1000")).await.json()["pagination"]["limit"], 200);
    provider.get(&format!("{MODELS}?limit=many")).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn deletes_once() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let path = format!("{MODELS}/{id}");
    let link = provider.photos(&id).await[0]["urls"]["main"].as_str().unwrap().replace("http://127.0.0.1:8788", "");
    let studio = provider.studio(&id).await;

    let deleted = provider.call(Method::DELETE, &path, None).await;
    assert_eq!((deleted.status, &deleted.json()["modelId"]), (StatusCode::OK, &json!(id)));
    provider.call(Method::DELETE, &path, None).await.refused(400, "ALREADY_DELETED");

    let model = &provider.get(&path).await.json()["model"];
    assert_eq!(model["status"], "deleted");
    assert!(model["deletedAt"].is_string(), "{model}");
    provider.get(&format!("{path}/photos")).await.refused(404, "NOT_FOUND");
    provider.visit(Method::GET, &link, None).await.refused(404, "NOT_FOUND");
    assert_eq!(provider.visit(Method::GET, &studio, None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unknown_session_is_not_found() {
    let provider = Provider::new();
    let path = format!("{MODELS}/65a000000000000000000001");
    provider.get(&path).await.refused(404, "NOT_FOUND");
    provider.get(&format!("{path}/photos")).await.refused(404, "NOT_FOUND");
    provider.get(&format!("{path}/photos/favorite")).await.refused(404, "NOT_FOUND");
    provider.call(Method::DELETE, &path, None).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_legacy_endpoints_answer_alike() {
    let provider = Provider::new();
    for version in ["v1", "v2"] {
        let base = format!("/api/{version}/organization/whitelabel/model");
        let body = json!({ "email": format!("{version}@example.test"), "isDevelopment": true });
        let opened = provider.post(&format!("{base}/create"), body).await.json();
        let id = opened["modelId"].as_str().unwrap();
        assert_eq!(provider.get(&format!("{base}/get/{id}")).await.json()["model"]["id"], id);
        let deleted = provider.call(Method::DELETE, &format!("{base}/delete/{id}"), None).await;
        assert_eq!(deleted.status, StatusCode::OK);
    }
    assert_eq!(provider.get("/api/v1/organization/models").await.json()["pagination"]["total"], 2);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_ids() {
    let seeded = || Provider::seeded(7);
    assert_eq!(seeded().open("ada@example.test").await, seeded().open("ada@example.test").await);
    assert_ne!(Provider::new().open("ada@example.test").await, Provider::new().open("ada@example.test").await);
}
