//! What the worker does after deliveries and in spite of missing ones.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method};
use headshot_api::{Session, State};
use jiff::Timestamp;
use serde_json::json;

use crate::common::{MODEL, NOW, World, event, eventually};

const SECOND: Duration = Duration::from_secs(1);

fn copied(session: &Session) -> usize {
    session.photos.len()
}

#[tokio::test]
async fn a_lost_delivery_is_made_up_for() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    world.pass(29 * SECOND).await;
    assert_eq!(world.session(&id).await.state, State::AwaitingUser);
    world.pass(SECOND).await;
    let session = world.session(&id).await;
    assert_eq!((session.state.clone(), copied(&session)), (State::Ready, 1));
}

#[tokio::test]
async fn the_favorite_of_an_event_is_shown_at_once() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    assert_eq!(world.session(&id).await.favorite_photo_id, None);
    world.clock.advance(SECOND);
    let mut chosen = event("evt_f", "model.favorite_selected", MODEL, "active", world.clock.now());
    chosen["favoritePhoto"] = json!({"id": "p2", "urls": {"pfp": "https://cdn.example.test/p2"}});
    world.deliver(&chosen).await;
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[1].id));
}

#[tokio::test]
async fn the_favorite_may_stand_in_the_model_too() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    world.clock.advance(SECOND);
    let mut chosen = event("evt_f", "model.favorite_selected", MODEL, "active", world.clock.now());
    chosen["object"]["favoritePhoto"] = json!({"id": "p1", "urls": {}});
    world.deliver(&chosen).await;
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[0].id));
}

#[tokio::test]
async fn a_favorite_that_no_event_names_is_asked_for() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    world.provider.set_favorite(json!({"id": "p2", "modelId": MODEL, "status": "active"}));
    world.tell("model.favorite_selected", "active").await;
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[1].id));
}

#[tokio::test]
async fn a_choice_that_no_delivery_told_is_found() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.set_favorite(json!({"id": "p1"}));
    world.pass(Duration::from_mins(1)).await;
    assert!(world.session(&id).await.favorite_photo().is_some());
}

#[tokio::test]
async fn a_choice_that_changes_after_everything_seemed_settled_is_found() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    world.provider.set_favorite(json!({"id": "p1"}));
    world.pass(Duration::from_mins(1)).await;
    world.provider.set_favorite(json!({"id": "p2"}));
    let world = world.reopened().await;
    world.pass(Duration::from_mins(1)).await;
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[1].id));
}

#[tokio::test]
async fn three_choices_in_five_seconds_end_with_the_last() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    for photo in ["p1", "p2", "p1"] {
        world.clock.advance(SECOND);
        let chosen = json!({
            "event": "model.favorite_selected",
            "object": {"_id": MODEL, "status": "active"}, "favoritePhoto": {"id": photo, "urls": {}},
        });
        world.provider.set_favorite(json!({"id": photo}));
        world.deliver(&chosen).await;
        world.work().await;
    }
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[0].id));
}

#[tokio::test]
async fn a_deletion_that_no_delivery_told_is_found() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.set_favorite(json!({"id": "p1"}));
    world.pass(Duration::from_mins(1)).await;
    world.provider.set_model(MODEL, json!({"status": "deleted"}));
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(world.session(&id).await.state, State::Deleted);
    assert!(world.files().is_empty());
}

#[tokio::test]
async fn a_second_choice_replaces_the_first() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    for photo in ["p1", "p2"] {
        world.provider.set_favorite(json!({"id": photo}));
        world.tell("model.favorite_selected", "active").await;
        world.work().await;
    }
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[1].id));
}

#[tokio::test]
async fn a_favorite_without_its_copy_is_not_shown() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1", "p2"]);
    world.provider.set_favorite(json!({"id": "p2"}));
    world.provider.refuse_image("p2", 500);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!((copied(&session), &session.favorite_photo_id), (1, &None));
    world.provider.set_image("p2", crate::common::png("p2"));
    world.pass(5 * SECOND).await;
    assert!(world.session(&id).await.favorite_photo().is_some());
}

#[tokio::test]
async fn the_chosen_photo_is_copied_before_the_others() {
    let (world, _) = World::with_session().await;
    let ids: Vec<_> = (0..20).map(|n| format!("p{n}")).collect();
    world.provider.finish(MODEL, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    world.provider.set_favorite(json!({"id": "p19"}));
    world.pass(Duration::from_mins(1)).await;
    let images: Vec<_> = world.provider.calls().into_iter().filter(|call| call.path.starts_with("/images/")).collect();
    let place = images.iter().position(|call| call.path == "/images/p19");
    assert!(place.is_some_and(|place| place < headshot_server::pace::ATTEMPTS_AT_ONCE), "{place:?}");
}

#[tokio::test]
async fn a_favorite_outside_the_list_is_copied_from_its_own_link() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.set_image("extra", crate::common::png("extra"));
    world.provider.set_favorite(world.provider.photo("extra"));
    world.tell("model.favorite_selected", "active").await;
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!((copied(&session), session.favorite_photo().is_some()), (2, true));
}

#[tokio::test]
async fn a_retry_takes_the_first_photos_away_and_brings_new_ones() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    world.provider.set_model(MODEL, json!({"id": MODEL, "status": "onboarding"}));
    world.tell("model.status.updated", "onboarding").await;
    let session = world.session(&id).await;
    assert_eq!((session.state.clone(), copied(&session)), (State::AwaitingUser, 0));
    world.work().await;
    world.provider.finish(MODEL, &["p3"]);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!(copied(&session), 1);
    assert_eq!(world.query::<String>("SELECT provider_photo_id FROM photos WHERE dropped_at IS NULL"), "p3");
}

#[tokio::test]
async fn a_retry_that_no_delivery_told_is_seen_by_the_time_it_finished() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.finish(MODEL, &["p2"]);
    world.provider.set_model(MODEL, json!({"status": "active", "finishedAt": "2026-01-05T00:00:00.000Z"}));
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(copied(&world.session(&id).await), 1);
    assert_eq!(world.query::<String>("SELECT provider_photo_id FROM photos WHERE dropped_at IS NULL"), "p2");
}

#[tokio::test]
async fn the_provider_has_the_last_word() {
    let (world, id) = World::finished(&["p1"]).await;
    world.tell("model.status.updated", "pending").await;
    assert_eq!(world.session(&id).await.state, State::Processing);
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!((session.state.clone(), copied(&session)), (State::Ready, 1));
    assert_eq!(world.provider.calls_to("/images/p1").len(), 1, "the copy was there all the time");
}

#[tokio::test]
async fn photos_that_the_provider_no_longer_lists_stay() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.set_photos(Vec::new());
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(copied(&world.session(&id).await), 1);
}

#[tokio::test]
async fn a_deletion_that_the_provider_reports_removes_the_copies() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.forget_model(MODEL);
    world.tell("model.deleted", "deleted").await;
    assert_eq!(world.files().len(), 1, "an event alone removes nothing");
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!((session.state, session.surface), (State::Deleted, None));
    assert!(world.files().is_empty());
}

#[tokio::test]
async fn a_model_that_is_merely_not_found_keeps_its_copies() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.forget_model(MODEL);
    world.pass(Duration::from_mins(1)).await;
    let session = world.session(&id).await;
    assert_eq!((session.state.clone(), copied(&session), &session.surface), (State::Deleted, 0, &None));
    assert_eq!(world.files().len(), 1);
    world.provider.finish(MODEL, &["p1"]);
    world.tell("model.status.updated", "active").await;
    world.work().await;
    let session = world.session(&id).await;
    assert_eq!((session.state.clone(), copied(&session)), (State::Ready, 1));
}

#[tokio::test]
async fn a_model_that_is_not_found_for_a_week_is_deleted_here_too() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.forget_model(MODEL);
    for hours in 0..6 * 24 {
        world.pass(Duration::from_hours(1)).await;
        assert_eq!(world.files().len(), 1, "after {hours} hours");
    }
    for _ in 0..48 {
        world.pass(Duration::from_hours(1)).await;
    }
    assert_eq!(world.session(&id).await.state, State::Deleted);
    assert!(world.files().is_empty());
    assert_eq!(world.query::<i64>("SELECT count(*) FROM work"), 0);
}

#[tokio::test]
async fn an_event_does_not_override_what_the_provider_said_about_its_limit() {
    let (world, _) = World::with_session().await;
    let reset = HeaderValue::from_static("2026-01-02T03:10:00.000Z");
    let headers = HeaderMap::from_iter([("x-ratelimit-reset".parse().unwrap(), reset)]);
    world.provider.answer_next_with(429, headers, "{}".into());
    world.pass(Duration::from_mins(1)).await;
    let calls = world.provider.calls().len();
    world.tell("model.status.updated", "pending").await;
    world.work().await;
    assert_eq!(world.provider.calls().len(), calls);
    world.pass(Duration::from_mins(5)).await;
    assert_eq!(world.provider.calls().len(), calls + 1);
}

#[tokio::test]
async fn a_limit_that_ends_far_in_the_future_is_believed_for_an_hour() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    let reset = HeaderValue::from_static("2099-01-01T00:00:00.000Z");
    let headers = HeaderMap::from_iter([("x-ratelimit-reset".parse().unwrap(), reset)]);
    world.provider.answer_next_with(429, headers, "{}".into());
    world.pass(Duration::from_mins(1)).await;
    world.pass(Duration::from_hours(1)).await;
    assert_eq!(copied(&world.session(&id).await), 1);
}

#[tokio::test]
async fn a_busy_provider_is_left_alone_until_it_says() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    let reset = HeaderValue::from_static("2026-01-02T03:10:00.000Z");
    let headers = HeaderMap::from_iter([("x-ratelimit-reset".parse().unwrap(), reset)]);
    world.provider.answer_next_with(429, headers, "{}".into());
    world.pass(Duration::from_mins(1)).await;
    let calls = world.provider.calls().len();
    world.pass(Duration::from_mins(4)).await;
    assert_eq!(world.provider.calls().len(), calls);
    world.pass(Duration::from_mins(2)).await;
    assert_eq!(copied(&world.session(&id).await), 1);
}

#[tokio::test]
async fn a_failing_provider_is_asked_again_later_and_later() {
    let (world, id) = World::with_session().await;
    world.tell("model.status.updated", "pending").await;
    for _ in 0..3 {
        world.provider.answer_next(503, &json!("down"));
    }
    for attempt in 1..=3 {
        world.work().await;
        assert_eq!(world.query::<i64>("SELECT attempts FROM work"), attempt);
        world.clock.advance(10 * SECOND);
    }
    world.provider.finish(MODEL, &["p1"]);
    world.work().await;
    assert_eq!(world.session(&id).await.state, State::Ready);
}

#[tokio::test]
async fn an_answer_that_is_no_model_changes_nothing() {
    let (world, id) = World::finished(&["p1"]).await;
    for (status, body) in [(200, "<html>"), (200, "{}"), (404, "<html>"), (401, "{\"code\":\"UNAUTHORIZED\"}")] {
        world.provider.answer_next_with(status, HeaderMap::new(), body.into());
        world.pass(Duration::from_mins(1)).await;
        assert_eq!(world.session(&id).await.state, State::Ready, "{body}");
    }
}

#[tokio::test]
async fn work_goes_on_after_a_restart() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    world.tell("model.photos_ready", "active").await;
    let world = world.reopened().await;
    world.work().await;
    assert_eq!(copied(&world.session(&id).await), 1);
}

#[tokio::test]
async fn work_that_a_dead_process_had_claimed_is_due_at_once() {
    let (world, id) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    world.tell("model.photos_ready", "active").await;
    let store = world.app.store();
    assert_eq!(
        store.claim_work(world.clock.now(), headshot_server::pace::LEASE, 10, Vec::new()).await.unwrap().len(),
        1
    );
    world.work().await;
    assert_eq!(copied(&world.session(&id).await), 0, "another has the lease");
    let world = world.reopened().await;
    world.work().await;
    assert_eq!(copied(&world.session(&id).await), 1);
}

#[tokio::test]
async fn the_worker_wakes_for_a_delivery_and_ends_with_the_server() {
    let (world, id) = World::with_session().await;
    let worker = tokio::spawn(headshot_server::work::run(Arc::clone(&world.app)));
    world.provider.finish(MODEL, &["p1"]);
    world.tell("model.photos_ready", "active").await;
    eventually("the photo is copied", async || copied(&world.session(&id).await) == 1).await;
    world.app.stop();
    worker.await.unwrap();
    assert!(world.provider.calls().iter().any(|call| call.method == Method::GET));
    assert_eq!(world.clock.now() - SECOND, Timestamp::from_second(NOW.as_second()).unwrap());
}

#[tokio::test]
async fn many_sessions_are_read_to_their_end_although_each_takes_several_calls_of_a_small_quota() {
    let world = World::with(|args| args.providers.headshotpro.headshotpro_calls_a_minute = "60".into()).await;
    let mut sessions = Vec::new();
    for _ in 0..16 {
        sessions.push(world.open().await.0.id);
        world.clock.advance(2 * SECOND);
    }
    for model in 1..=sessions.len() {
        world.provider.finish(&format!("{model:024x}"), &["p1"]);
    }
    for _ in 0..180 {
        world.pass(SECOND).await;
    }
    for id in sessions {
        assert_eq!(world.session(&id).await.state, State::Ready);
    }
}
