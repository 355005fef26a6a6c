//! The sandbox's own routes.

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::{scale, skylab};
use serde_json::{Value, json};

use crate::support::{MODELS, Provider};

/// All three providers, each with a session.
async fn providers_with_sessions() -> [(Provider, String); 3] {
    let headshotpro = Provider::new();
    let model = headshotpro.open("ada@example.test").await;
    let scale = Provider::scale(scale::Config::default(), 1.0);
    let visit = scale.post("/sandbox/sessions", json!({ "email": "ada@example.test" })).await.json();
    let skylab = Provider::skylab(skylab::Config::default(), 1.0);
    let job = skylab.post("/api/public/v1/jobs", json!({ "name": "demo", "profile_id": 1 })).await.json();
    [(headshotpro, model), (scale, visit["id"].as_str().unwrap().to_owned()), (skylab, job["id"].to_string())]
}

#[tokio::test]
async fn sessions_look_alike_at_every_provider_and_are_led_alike() {
    for (provider, id) in providers_with_sessions().await {
        let session = format!("/sandbox/sessions/{id}");
        let view = provider.get(&session).await.json();
        for name in ["id", "provider", "email", "status", "receivedPhotos", "photos", "favorite", "page", "createdAt"] {
            assert!(view.get(name).is_some(), "{name}: {view}");
        }
        assert_eq!((&view["id"], &view["photos"]), (&json!(id), &json!([])));
        assert_eq!(provider.get("/sandbox/sessions").await.json(), json!({ "sessions": [view] }));

        let photos = |view: Value| view["photos"].as_array().unwrap().len();
        let submitted = provider.post(&format!("{session}/submit"), json!({})).await;
        assert!(submitted.status == StatusCode::OK && submitted.json()["receivedPhotos"].as_u64() > Some(0));
        assert!(photos(provider.post(&format!("{session}/complete"), json!({})).await.json()) > 0);
        assert_eq!(provider.post(&format!("{session}/expire-links"), json!({})).await.status, StatusCode::OK);
        assert_eq!(photos(provider.post(&format!("{session}/fail"), json!({})).await.json()), 0);
        assert_eq!(provider.call(Method::DELETE, &session, None).await.json()["status"], "deleted");
        assert_eq!(provider.get(&session).await.json()["status"], "deleted");
    }
}

#[tokio::test]
async fn every_status_of_a_provider_can_be_set() {
    for (provider, id) in providers_with_sessions().await {
        provider.post(&format!("/sandbox/sessions/{id}/submit"), json!({})).await;
        let about = provider.get("/sandbox/provider").await.json();
        for status in about["statuses"].as_array().unwrap() {
            let set = provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": status })).await;
            assert_eq!(&set.json()["status"], status);
        }
        let unknown = provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": "odd" })).await;
        assert!(unknown.refused(400, "INVALID_REQUEST").contains("`odd` is no status here; there are "));
    }
}

#[tokio::test]
async fn what_a_provider_does_not_have_is_refused_with_a_code() {
    let [_, scale, skylab] = providers_with_sessions().await;
    for (provider, id) in [scale, skylab] {
        let chosen = provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": "1" })).await;
        chosen.refused(409, "NOT_AT_THIS_PROVIDER");
    }
}

#[tokio::test]
async fn unknown_things_are_not_found_anywhere() {
    for (provider, _) in providers_with_sessions().await {
        for path in ["/sandbox/sessions/none", "/sandbox/deliveries/none", "/sandbox/nothing"] {
            provider.get(path).await.refused(404, "NOT_FOUND");
        }
        provider.call(Method::DELETE, "/sandbox/sessions/none", None).await.refused(404, "NOT_FOUND");
        provider.post("/sandbox/sessions/none/complete", json!({})).await.refused(404, "NOT_FOUND");
        provider.post("/sandbox/deliveries/none/resend", json!({})).await.refused(404, "NOT_FOUND");
        provider.call(Method::PATCH, "/sandbox/sessions", None).await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn answers_can_be_ordered_and_cancelled() {
    let paths = [
        (MODELS, "/photos/none/main.png"),
        ("/api/v2/contacts", "/images/none/original.jpg"),
        ("/api/public/v1/jobs", "/storage/original/none"),
    ];
    for ((provider, _), (list, file)) in providers_with_sessions().await.into_iter().zip(paths) {
        let statuses = async |count: usize| {
            let mut seen = Vec::new();
            for _ in 0..count {
                seen.push(provider.get(list).await.status.as_u16());
            }
            seen
        };
        provider.post("/sandbox/answers", json!({ "status": 418, "path": "/api/elsewhere" })).await;
        provider.post("/sandbox/answers", json!({ "status": 503, "times": 2, "path": list })).await;
        provider.post("/sandbox/answers", json!({ "status": 429 })).await;
        assert_eq!(statuses(4).await, [503, 503, 429, 200]);
        let waiting = provider.get("/sandbox/answers").await.json();
        assert_eq!(waiting["answers"], json!([{ "status": 418, "times": 1, "path": "/api/elsewhere" }]));
        provider.post("/sandbox/answers", json!({ "status": 500, "times": 9 })).await;
        assert_eq!(provider.call(Method::DELETE, "/sandbox/answers", None).await.json(), json!({ "answers": [] }));
        assert_eq!(statuses(1).await, [200]);
        provider.post("/sandbox/answers", json!({ "status": 410, "path": file })).await;
        assert_eq!(provider.visit(Method::GET, file, None).await.status, StatusCode::GONE);
        for body in
            [json!({ "status": 200 }), json!({ "status": 500, "times": 0 }), json!({}), json!({ "statis": 500 })]
        {
            provider.post("/sandbox/answers", body).await.refused(400, "INVALID_REQUEST");
        }
    }
}

#[tokio::test]
async fn a_flaw_that_a_provider_cannot_have_is_refused() {
    for (provider, _) in providers_with_sessions().await {
        let known = provider.get("/sandbox/provider").await.json()["flaws"].clone();
        let has_tokens = known.as_array().unwrap().contains(&json!("no_algorithm"));
        let resent = provider.post("/sandbox/deliveries/none/resend", json!({ "flaw": "no_algorithm" })).await;
        resent.refused(if has_tokens { 404 } else { 400 }, if has_tokens { "NOT_FOUND" } else { "INVALID_REQUEST" });
        let odd = provider.post("/sandbox/deliveries/none/resend", json!({ "flaw": "odd" })).await;
        odd.refused(400, "INVALID_REQUEST");
    }
}

async fn sent(provider: &Provider, id: &str) -> Vec<(String, String)> {
    let deliveries = provider.get(&format!("/sandbox/deliveries?session={id}")).await.json()["deliveries"].clone();
    let mut events = Vec::new();
    for delivery in deliveries.as_array().unwrap() {
        let path = format!("/sandbox/deliveries/{}", delivery["id"].as_str().unwrap());
        let body: Value = serde_json::from_str(provider.get(&path).await.json()["body"].as_str().unwrap()).unwrap();
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        events.push((word(&delivery["event"]), word(&body["object"]["status"])));
    }
    events
}

#[tokio::test]
async fn lists_what_happened() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let session = &provider.get("/sandbox/sessions").await.json()["sessions"][0];
    assert_eq!((&session["id"], &session["status"]), (&json!(id), &json!("onboarding")));
    let delivery = &provider.get("/sandbox/deliveries").await.json()["deliveries"][0];
    assert_eq!((&delivery["event"], &delivery["state"]), (&json!("model.created"), &json!("not_sent")));
    let path = format!("/sandbox/deliveries/{}/resend", delivery["id"].as_str().unwrap());
    assert_eq!(provider.post(&path, json!({})).await.refused(409, "CONFLICT"), "There is no receiver");
}

#[tokio::test]
async fn a_status_that_was_set_stays_and_is_announced() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let path = format!("/sandbox/sessions/{id}/status");
    for status in ["waiting", "pending", "generatingHeadshots", "active"] {
        assert_eq!(provider.post(&path, json!({ "status": status })).await.status, StatusCode::OK);
        assert_eq!(provider.status(&id).await, status);
    }
    let updated = |status: &str| ("model.status.updated".to_owned(), status.to_owned());
    let expected = [
        ("model.created".to_owned(), "onboarding".to_owned()),
        updated("waiting"),
        updated("pending"),
        updated("generatingHeadshots"),
        updated("active"),
        ("model.photos_ready".to_owned(), "active".to_owned()),
    ];
    assert_eq!(sent(&provider, &id).await, expected);
    provider.post(&path, json!({ "status": "finished" })).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn an_admins_retry_throws_the_results_away() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let before = provider.photos(&id).await[0]["id"].clone();
    provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": before })).await;
    provider.post(&format!("/sandbox/sessions/{id}/admin-retry"), json!({})).await;
    assert_eq!(provider.status(&id).await, "onboarding");
    assert_eq!(provider.photos(&id).await.len(), 0);
    assert!(provider.get(&format!("{MODELS}/{id}/photos/favorite")).await.json()["photo"].is_null());

    provider.post(&format!("/sandbox/sessions/{id}/status"), json!({ "status": "active" })).await;
    assert_ne!(provider.photos(&id).await[0]["id"], before);
}

#[tokio::test]
async fn a_favorite_is_announced_once_for_each_choice() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let photos = provider.photos(&id).await;
    let path = format!("/sandbox/sessions/{id}/favorite");
    for photo in [0, 0, 1, 0] {
        provider.post(&path, json!({ "photoId": photos[photo]["id"] })).await;
    }
    let events = sent(&provider, &id).await;
    assert_eq!(events.iter().filter(|(event, _)| event == "model.favorite_selected").count(), 3);
    provider.post(&path, json!({ "photoId": "none" })).await.refused(404, "NOT_FOUND");
    provider.post(&path, json!({})).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn there_is_a_page_for_people_that_nobody_can_frame() {
    for (provider, _) in providers_with_sessions().await {
        let page = provider.visit(Method::GET, "/sandbox", None).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        for (file, kind) in [("page.css", "text/css; charset=utf-8"), ("page.js", "text/javascript; charset=utf-8")] {
            assert!(page.text().contains(&format!("\"/sandbox/{file}\"")));
            let file = provider.visit(Method::GET, &format!("/sandbox/{file}"), None).await;
            assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, kind));
        }
        for action in provider.get("/sandbox/provider").await.json()["ownActions"].as_array().unwrap() {
            let path = format!("/sandbox/{}", action["path"].as_str().unwrap().replace("{id}", "none"));
            let answer = provider.post(&path, json!({})).await;
            assert!(!answer.text().contains("No such control"), "{path}");
        }
    }
}
