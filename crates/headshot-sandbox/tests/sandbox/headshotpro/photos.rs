//! Photos, favourites, and the links that end.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{MODELS, Provider, until};

fn path_of(link: &Value) -> String {
    link.as_str().unwrap().strip_prefix("http://127.0.0.1:8788").unwrap().to_owned()
}

#[tokio::test]
async fn there_are_none_before_the_headshots_are_ready() {
    let provider = Provider::new();
    let id = provider.open("ada@example.test").await;
    let answer = provider.get(&format!("{MODELS}/{id}/photos")).await.json();
    let pagination = json!({ "total": 0, "limit": 50, "offset": 0, "hasMore": false });
    assert_eq!(answer, json!({ "success": true, "photos": [], "pagination": pagination }));
}

#[tokio::test]
async fn lists_nine_photos_with_links_that_last_a_day() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let photos = provider.photos(&id).await;
    assert_eq!(photos.len(), 9);
    let photo = &photos[0];
    assert_eq!((&photo["status"], &photo["likedStatus"]), (&json!("active"), &json!("none")));
    assert_eq!(photo["urls"].as_object().unwrap().keys().collect::<Vec<_>>(), ["main"]);
    let expires_at: Timestamp = photo["expiresAt"].as_str().unwrap().parse().unwrap();
    let left = expires_at.duration_since(Timestamp::now()).as_secs_f64() / 3600.0;
    assert!((23.9..=24.0).contains(&left), "{left} hours");
}

#[tokio::test]
async fn shows_more_links_if_asked() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let photo = provider.photos(&id).await[0]["id"].as_str().unwrap().to_owned();
    let one = provider.get(&format!("{MODELS}/{id}/photos/{photo}?include=all")).await.json();
    let urls = one["photo"]["urls"].as_object().unwrap().clone();
    assert_eq!(urls.keys().collect::<Vec<_>>(), ["main", "original", "thumbnail"]);
    provider.get(&format!("{MODELS}/{id}/photos?include=some")).await.refused(400, "INVALID_REQUEST");
    provider.get(&format!("{MODELS}/{id}/photos/none")).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn filters_and_cuts_the_list() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let chosen = provider.photos(&id).await[4]["id"].clone();
    provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": chosen })).await;
    let list = async |query: &str| provider.get(&format!("{MODELS}/{id}/photos?{query}")).await.json();
    let loved = list("likedStatus=loved").await;
    assert_eq!((loved["photos"].as_array().unwrap().len(), &loved["photos"][0]["id"]), (1, &chosen));
    assert_eq!(list("likedStatus=none").await["pagination"]["total"], 8);
    assert_eq!(list("status=deleted").await["pagination"]["total"], 0);
    let page = list("limit=4&offset=8").await;
    assert_eq!(page["photos"].as_array().unwrap().len(), 1);
    assert_eq!(page["pagination"], json!({ "total": 9, "limit": 4, "offset": 8, "hasMore": false }));
}

#[tokio::test]
async fn a_link_serves_a_png_that_stays_the_same() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let link = path_of(&provider.photos(&id).await[0]["urls"]["main"]);
    let image = provider.visit(Method::GET, &link, None).await;
    assert_eq!((image.status, image.header("content-type")), (StatusCode::OK, "image/png"));
    assert!(image.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(image.body, provider.visit(Method::GET, &link, None).await.body);
    let other = path_of(&provider.photos(&id).await[1]["urls"]["main"]);
    assert_ne!(image.body, provider.visit(Method::GET, &other, None).await.body);
}

#[tokio::test]
async fn a_changed_link_is_refused() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let photos = provider.photos(&id).await;
    let link = path_of(&photos[0]["urls"]["main"]);
    let (base, signature) = link.rsplit_once("signature=").unwrap();
    for changed in [
        link.replace("/main.png", "/original.png"),
        link.replace("expires=", "expires=9"),
        link.replace(photos[0]["id"].as_str().unwrap(), photos[1]["id"].as_str().unwrap()),
        format!("{base}signature="),
        format!("{base}signature={}", &signature[2..]),
        format!("{base}signature=é{signature}"),
        base.split('?').next().unwrap().to_owned(),
    ] {
        let changed = changed.replace('é', "%C3%A9");
        provider.visit(Method::GET, &changed, None).await.refused(403, "FORBIDDEN");
    }
    provider.visit(Method::GET, "/photos/none/main.png?signature=00", None).await.refused(404, "NOT_FOUND");
    provider.visit(Method::GET, &link.replace("/main.png", "/huge.png"), None).await.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_link_ends_after_its_day() {
    // A day lasts half a second.
    let provider = Provider::at_speed(172_800.0);
    let id = provider.open_ready("ada@example.test").await;
    let link = path_of(&provider.photos(&id).await[0]["urls"]["main"]);
    let refused = until("the end of the link", async || {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let answer = provider.visit(Method::GET, &link, None).await;
        (answer.status != StatusCode::OK).then_some(answer)
    });
    assert_eq!(refused.await.refused(403, "FORBIDDEN"), "Link has expired");
}

#[tokio::test]
async fn links_can_be_ended_at_once() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let link = path_of(&provider.photos(&id).await[0]["urls"]["main"]);
    provider.post(&format!("/sandbox/sessions/{id}/expire-links"), json!({})).await;
    provider.visit(Method::GET, &link, None).await.refused(403, "FORBIDDEN");
    let fresh = path_of(&provider.photos(&id).await[0]["urls"]["main"]);
    assert_eq!(provider.visit(Method::GET, &fresh, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_favorite_is_null_with_a_message() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let path = format!("{MODELS}/{id}/photos/favorite");
    let none = provider.get(&path).await;
    assert_eq!((none.status, &none.json()["photo"]), (StatusCode::OK, &Value::Null));
    assert!(none.json()["message"].is_string());

    let chosen = provider.photos(&id).await[2]["id"].clone();
    provider.post(&format!("/sandbox/sessions/{id}/favorite"), json!({ "photoId": chosen })).await;
    let photo = &provider.get(&path).await.json()["photo"];
    assert_eq!((&photo["id"], &photo["modelId"]), (&chosen, &json!(id)));
    let all = provider.get("/api/v2/organization/photos/favorites").await.json();
    assert_eq!((&all["photos"][0]["id"], &all["pagination"]["total"]), (&chosen, &json!(1)));
    let none = provider.get("/api/v2/organization/photos/favorites?teamId=team_sales").await.json();
    assert_eq!(none["pagination"]["total"], 0);
}

#[tokio::test]
async fn hands_out_download_links_for_some_or_all() {
    let provider = Provider::new();
    let id = provider.open_ready("ada@example.test").await;
    let path = format!("{MODELS}/{id}/photos/download");
    let some = provider.photos(&id).await[3]["id"].clone();
    let one = provider.post(&path, json!({ "photoIds": [some], "include": "all" })).await.json();
    assert_eq!(one["downloads"].as_array().unwrap().len(), 1);
    assert_eq!(one["downloads"][0]["photoId"], some);
    assert!(one["expiresAt"].is_string());
    let all = provider.call(Method::POST, &path, None).await.json();
    assert_eq!(all["downloads"].as_array().unwrap().len(), 9);
    provider.post(&path, json!({ "photoIds": ["none"] })).await.refused(404, "NOT_FOUND");
    provider.post(&path, json!({ "photoIds": "all" })).await.refused(400, "INVALID_REQUEST");
}
