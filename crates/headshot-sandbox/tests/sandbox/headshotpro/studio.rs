//! The hosted page and what it asks its server.

use axum::http::{Method, StatusCode};
use headshot_sandbox::provider::headshotpro::{Config, MAXIMUM_PHOTOS, MINIMUM_PHOTOS};
use serde_json::json;

use crate::support::{Answer, Provider, raw};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and so on";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const WEBP: &[u8] = b"RIFF\x10\x00\x00\x00WEBPVP8 ";

async fn submit(provider: &Provider, studio: &str, photos: &[&[u8]]) -> Answer {
    let mut body = Vec::new();
    for photo in photos {
        body.extend_from_slice(b"--line\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n");
        body.extend_from_slice(photo);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--line--\r\n");
    let form = raw(Method::POST, "multipart/form-data; boundary=line", body);
    provider.send(form, &format!("{studio}/photos")).await
}

#[tokio::test]
async fn a_signed_url_leads_to_the_page_at_the_studios_origin() {
    let config = Config { studio_url: Some("http://localhost:8788".parse().unwrap()), ..Config::default() };
    let provider = Provider::with(config);
    let id = provider.open("ada@example.test").await;
    let studio = provider.studio(&id).await;
    let token = studio.rsplit('/').next().unwrap();
    let entered = provider.visit(Method::GET, &format!("/auth/social?token={token}&anonymous=1"), None).await;
    assert_eq!(entered.status, StatusCode::FOUND);
    assert_eq!(entered.header("location"), format!("http://localhost:8788{studio}"));
    assert_eq!(entered.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn the_page_may_be_framed_and_loads_nothing_from_elsewhere() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let page = provider.visit(Method::GET, &provider.studio(&id).await, None).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.headers.get("x-frame-options").is_none());
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!policy.contains("frame-ancestors"), "{policy}");
    for hook in
        ["start-camera", "camera", "take-photo", "upload", "shots", "submit", "status", "results", "camera-error"]
    {
        assert!(page.text().contains(&format!("id=\"{hook}\"")), "no #{hook}");
    }
    for file in ["studio.css", "studio.js", "camera.js"] {
        let file = provider.visit(Method::GET, &format!("/studio-files/{file}"), None).await;
        assert!(file.status == StatusCode::OK && !file.body.is_empty());
        assert!(file.header("content-type").starts_with("text/"));
    }
}

#[tokio::test]
async fn an_unknown_token_gets_a_friendly_page() {
    let provider = Provider::new();
    for path in ["/auth/social?token=wrong&anonymous=1", "/auth/social", "/studio/wrong"] {
        let answer = provider.visit(Method::GET, path, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("begin again"), "{path}");
    }
    provider.visit(Method::GET, "/studio/wrong/state", None).await.refused(404, "NOT_FOUND");
    submit(&provider, "/studio/wrong", &[JPEG; 3]).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn photos_are_counted_and_start_the_session() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let studio = provider.studio(&id).await;
    let answer = submit(&provider, &studio, &[JPEG, PNG, WEBP]).await;
    assert_eq!((answer.status, &answer.json()["status"]), (StatusCode::OK, &json!("waiting")));
    let session = provider.get(&format!("/sandbox/sessions/{id}")).await.json();
    assert_eq!(session["receivedPhotos"], 3);
    submit(&provider, &studio, &[JPEG; 3]).await.refused(400, "INVALID_REQUEST");
}

#[tokio::test]
async fn refuses_too_few_too_many_too_large_and_other_files() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let studio = provider.studio(&id).await;
    let large = [JPEG, &vec![0; 4 << 20]].concat();
    let refused: [&[&[u8]]; 6] = [
        &[],
        &[JPEG; MINIMUM_PHOTOS - 1],
        &[JPEG; MAXIMUM_PHOTOS + 1],
        &[JPEG, JPEG, &large],
        &[JPEG, JPEG, b"GIF89a"],
        &[JPEG, JPEG, b""],
    ];
    for photos in refused {
        submit(&provider, &studio, photos).await.refused(400, "INVALID_REQUEST");
    }
    assert_eq!(provider.status(&id).await, "onboarding");
}

#[tokio::test]
async fn the_state_shows_photos_and_choice() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let studio = provider.studio(&id).await;
    let state = provider.visit(Method::GET, &format!("{studio}/state"), None).await.json();
    assert_eq!((&state["status"], &state["favorite"]), (&json!("active"), &json!(null)));
    let photos = state["photos"].as_array().unwrap();
    let image = provider.visit(Method::GET, photos[0]["url"].as_str().unwrap(), None).await;
    assert_eq!(image.header("content-type"), "image/png");

    let choice = json!({ "photoId": photos[1]["id"] });
    let chosen = provider.visit(Method::PUT, &format!("{studio}/favorite"), Some(choice)).await.json();
    assert_eq!(chosen["favorite"], photos[1]["id"]);
    let unknown = provider.visit(Method::PUT, &format!("{studio}/favorite"), Some(json!({ "photoId": "none" }))).await;
    unknown.refused(404, "NOT_FOUND");
}
