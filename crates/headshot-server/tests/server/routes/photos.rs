//! `GET /v1/photos/{id}`

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use headshot_api::Photo;
use serde_json::json;

use crate::common::{MODEL, PUBLIC_URL, World, get, request};

/// A world with one photo, and that photo.
async fn one_photo(image: Vec<u8>) -> (World, Photo) {
    let world = World::new().await;
    let (session, _) = world.open().await;
    world.provider.finish(MODEL, &["p1"]);
    world.provider.set_image("p1", image);
    world.pass(Duration::from_mins(1)).await;
    let photo = world.session(&session.id).await.photos.remove(0);
    (world, photo)
}

fn path(photo: &Photo) -> String {
    photo.url.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

#[tokio::test]
async fn shows_the_copy_to_who_holds_the_link() {
    for (bytes, media_type) in [
        (b"\x89PNG\r\n\x1a\n1".to_vec(), "image/png"),
        (b"\xff\xd8\xff\xe01".to_vec(), "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), "image/webp"),
    ] {
        let (world, photo) = one_photo(bytes.clone()).await;
        assert_eq!(photo.expires_at, "2026-01-02T05:00:00Z");
        let answer = world.send(get(&path(&photo), "")).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &bytes));
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("content-length"), bytes.len().to_string());
        assert_eq!(answer.header("cache-control"), "private, max-age=6895, immutable");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        let again = request(Method::GET, &path(&photo), "").header("if-none-match", answer.header("etag"));
        let again = world.send(again.body(Body::empty()).unwrap()).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

#[tokio::test]
async fn a_link_expires() {
    let (world, photo) = one_photo(b"\xff\xd8\xff\xe0".to_vec()).await;
    world.clock.advance(Duration::from_hours(2));
    world.send(get(&path(&photo), "")).await.is_problem(403, "link_expired");
}

#[tokio::test]
async fn a_link_that_we_did_not_make_is_refused() {
    let (world, photo) = one_photo(b"\xff\xd8\xff\xe0".to_vec()).await;
    let path = path(&photo);
    let (bare, _) = path.split_once('?').unwrap();
    let later = path.replace("expires=1767330000", "expires=1867330000");
    assert_ne!(later, path);
    for link in [
        bare,
        &later,
        &format!("{bare}?expires=1767330000"),
        &format!("{bare}?expires=soon&signature=x"),
        "/v1/photos/x",
    ] {
        world.send(get(link, "")).await.is_problem(403, "link_refused");
    }
}

#[tokio::test]
async fn a_photo_that_is_gone_is_unknown_and_one_without_its_file_too() {
    let (world, photo) = one_photo(b"\xff\xd8\xff\xe0".to_vec()).await;
    let file = world.files().remove(0);
    std::fs::remove_file(world.database().with_extension("db.photos").join(file)).unwrap();
    world.send(get(&path(&photo), "")).await.is_problem(404, "photo_unknown");
    world.provider.set_model(MODEL, json!({"status": "deleted"}));
    world.deliver(&crate::common::event("evt_1", "model.deleted", MODEL, "deleted", world.clock.now())).await;
    world.work().await;
    world.send(get(&path(&photo), "")).await.is_problem(404, "photo_unknown");
}

#[tokio::test]
async fn links_are_the_same_within_an_hour() {
    let (world, photo) = one_photo(b"\xff\xd8\xff\xe0".to_vec()).await;
    let id: String = world.query("SELECT id FROM sessions");
    world.clock.advance(Duration::from_mins(50));
    assert_eq!(world.session(&id).await.photos, std::slice::from_ref(&photo));
    world.clock.advance(Duration::from_mins(10));
    assert_ne!(world.session(&id).await.photos[0].url, photo.url);
}
