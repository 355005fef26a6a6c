//! Copying finished photos, and what is not copied.

use std::time::Duration;

use headshot_api::{Session, State};
use serde_json::{Value, json};

use crate::common::{MODEL, StandIn, World};

const SECOND: Duration = Duration::from_secs(1);

fn copied(session: &Session) -> usize {
    session.photos.len()
}

#[tokio::test]
async fn finished_photos_are_copied_in_the_providers_order() {
    let (world, id) = World::finished(&["p1", "p2", "p3"]).await;
    let session = world.session(&id).await;
    assert_eq!((session.state, session.photos.len()), (State::Ready, 3));
    assert_eq!(world.files().len(), 3);
    assert_eq!(
        world.query::<String>("SELECT group_concat(provider_photo_id) FROM (SELECT * FROM photos ORDER BY position)"),
        "p1,p2,p3"
    );
    let first: String = world.query("SELECT id FROM photos WHERE provider_photo_id = 'p1'");
    assert_eq!(session.photos[0].id, first);
}

#[tokio::test]
async fn no_link_of_the_provider_is_kept_after_the_copy() {
    let (world, _) = World::finished(&["p1"]).await;
    assert_eq!(world.query::<i64>("SELECT count(*) FROM photos WHERE source_url IS NOT NULL"), 0);
}

#[tokio::test]
async fn every_page_of_the_list_is_read() {
    let (world, id) = World::with_session().await;
    let ids: Vec<_> = (0..230).map(|n| format!("p{n}")).collect();
    world.provider.finish(MODEL, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(copied(&world.session(&id).await), 230);
}

#[tokio::test]
async fn a_copy_is_fetched_once() {
    let (world, _) = World::finished(&["p1"]).await;
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    assert_eq!(world.provider.calls_to("/images/p1").len(), 1);
}

#[tokio::test]
async fn the_providers_key_stays_with_the_provider() {
    let (world, _) = World::finished(&["p1"]).await;
    for call in world.provider.calls() {
        assert_eq!(call.authorization.is_some(), call.path.starts_with("/api/v2/"), "{}", call.path);
    }
}

/// What keeps a photo from being copied.
async fn refused(arrange: impl FnOnce(&StandIn)) -> (World, String, String) {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    arrange(&world.provider);
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(copied(&world.session(&id).await), 0);
    assert!(world.files().is_empty());
    let reason = world.query("SELECT ifnull(last_error, '') FROM work WHERE kind = 'copy_photo'");
    (world, id, reason)
}

fn photo_at(url: &str) -> Value {
    json!({"id": "p1", "urls": {"main": url}})
}

#[tokio::test]
async fn photos_are_fetched_from_listed_hosts_only() {
    for url in ["https://169.254.169.254/latest", "http://cdn.headshotpro.com/x", "file:///etc/passwd"] {
        let (.., reason) = refused(|provider| provider.set_photos(vec![photo_at(url)])).await;
        assert!(reason.contains("HEADSHOTPRO_PHOTO_HOSTS"), "{url}: {reason}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (world, _, reason) = refused(|provider| {
        provider.redirect_image("p1", &format!("{}/images/elsewhere", provider.url));
        provider.set_image("elsewhere", crate::common::png("elsewhere"));
    })
    .await;
    assert!(reason.contains("302"), "{reason}");
    assert!(world.provider.calls_to("/images/elsewhere").is_empty());
}

#[tokio::test]
async fn only_images_are_kept_and_not_too_large_ones() {
    let (.., reason) = refused(|provider| provider.set_image("p1", b"<svg onload=alert(1)>".to_vec())).await;
    assert!(reason.contains("PNG, JPEG or WebP"), "{reason}");
    let large = [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 20 * 1024 * 1024]].concat();
    let (.., reason) = refused(|provider| provider.set_image("p1", large)).await;
    assert!(reason.contains("larger than 20 MiB"), "{reason}");
}

#[tokio::test]
async fn an_expired_link_is_replaced_by_a_fresh_one() {
    for status in [400, 401, 403, 404, 410] {
        let (world, id, _) = refused(|provider| {
            provider.refuse_image("old", status);
            provider.set_photos(vec![photo_at(&format!("{}/images/old", provider.url))]);
        })
        .await;
        world.provider.set_photos(vec![world.provider.photo("p1")]);
        world.tell("model.photos_ready", "active").await;
        world.work().await;
        assert_eq!(copied(&world.session(&id).await), 1);
    }
}

#[tokio::test]
async fn a_link_that_is_known_to_be_old_is_not_tried() {
    let (world, id, _) = refused(|provider| {
        let mut photo = provider.photo("p1");
        photo["expiresAt"] = json!("2026-01-02T03:04:00Z");
        provider.set_photos(vec![photo]);
    })
    .await;
    assert!(world.provider.calls_to("/images/p1").is_empty());
    world.provider.set_photos(vec![world.provider.photo("p1")]);
    world.pass(5 * SECOND).await;
    assert_eq!(copied(&world.session(&id).await), 1);
}

#[tokio::test]
async fn what_else_lies_in_the_folder_stays() {
    let (world, _) = World::finished(&["p1"]).await;
    let foreign = ["0".repeat(64), "left.part".into(), "holiday.jpg".into()];
    for name in &foreign {
        std::fs::write(world.photo_folder().join(name), "somebody's").unwrap();
    }
    let before = world.files();
    let world = world.reopened().await;
    world.pass(Duration::from_hours(24)).await;
    assert_eq!(world.files(), before);
}

#[tokio::test]
async fn a_database_that_is_not_the_folders_does_not_start() {
    let (world, _) = World::finished(&["p1"]).await;
    let kept = world.files();
    let other = World::new().await;
    let mut args = crate::common::args(&other.database(), &other.provider);
    args.files.photo_dir = Some(world.photo_folder());
    args.files.database_url = format!("sqlite:{}", other.database().with_extension("third").display());
    let opened = headshot_server::App::open(&args.try_into().unwrap(), other.clock.clone()).await;
    let error = format!("{:#}", opened.err().expect("the folder is another's"));
    assert!(error.contains("belongs to another database"), "{error}");
    assert_eq!(world.files(), kept);
}

#[tokio::test]
async fn an_attempt_that_was_killed_leaves_nothing_that_stays() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    world.provider.refuse_image("p1", 500);
    world.pass(Duration::from_mins(1)).await;
    let photo: String = world.query("SELECT id FROM photos");
    std::fs::write(world.photo_folder().join(format!("{photo}.part")), "half of a photo that is to be").unwrap();
    std::fs::write(world.photo_folder().join(&photo), "a whole one, whose row was not written").unwrap();
    world.provider.set_image("p1", crate::common::png("p1"));
    world.pass(5 * SECOND).await;
    assert_eq!(world.files(), std::slice::from_ref(&photo));
    assert_eq!(std::fs::read(world.photo_folder().join(photo)).unwrap(), crate::common::png("p1"));
    assert_eq!(copied(&world.session(&id).await), 1);
}
