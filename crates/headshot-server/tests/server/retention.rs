//! What becomes too old goes, and nothing else.

use std::time::Duration;

use headshot_server::store::Pruned;
use headshot_server::{ServeArgs, retention};
use serde_json::json;

use crate::common::{API_KEY, MODEL, World, event, eventually, get, png, told};

const DAY: Duration = Duration::from_hours(24);

impl World {
    async fn prune(&self) -> Pruned {
        retention::prune(&self.app).await.unwrap()
    }

    async fn prune_after(&self, days: u32) -> Pruned {
        self.clock.advance(DAY * days);
        self.prune().await
    }
}

/// Nothing is read again while months pass.
async fn quiet(change: impl FnOnce(&mut ServeArgs)) -> (World, String) {
    let world = World::with(change).await;
    let (session, _) = world.open().await;
    (world, session.id)
}

#[tokio::test]
async fn a_body_goes_after_a_month_and_its_repetition_is_one_for_a_year() {
    let (world, _) = quiet(|_| {}).await;
    let told = event("evt_1", "model.status.updated", MODEL, "pending", world.clock.now());
    world.deliver(&told).await;
    assert_eq!(world.prune_after(29).await, Pruned { tokens: 1, ..Pruned::default() });
    assert_eq!(world.query::<Vec<u8>>("SELECT body FROM deliveries"), told.to_string().into_bytes());
    assert_eq!(world.prune_after(2).await, Pruned { bodies: 1, ..Pruned::default() });
    assert_eq!(world.query::<Option<Vec<u8>>>("SELECT body FROM deliveries"), None);
    assert_eq!(world.deliver(&told).await.json::<serde_json::Value>()["status"], "duplicate");
    assert_eq!(world.prune_after(333).await.deliveries, 0);
    assert_eq!(world.prune_after(2).await.deliveries, 1);
    assert_eq!(world.query::<i64>("SELECT count(*) FROM delivery_refs"), 0);
    assert_eq!(world.deliver(&told).await.json::<serde_json::Value>()["status"], "recorded");
}

#[tokio::test]
async fn photos_of_a_run_that_was_replaced_go_after_a_week_with_their_files() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    let first = world.files();
    world.provider.finish(MODEL, &["p3"]);
    world.provider.set_model(MODEL, json!({"id": MODEL, "status": "active", "finishedAt": "2026-01-02T04:00:00.000Z"}));
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    assert_eq!((first.len(), world.files().len()), (2, 3));
    assert_eq!(world.prune_after(6).await.photos, 0);
    assert_eq!(world.prune_after(2).await.photos, 2);
    world.work().await;
    let left = world.files();
    assert!(left.len() == 1 && !first.contains(&left[0]), "{left:?}");
    assert_eq!(std::fs::read(world.photo_folder().join(&left[0])).unwrap(), png("p3"));
    assert_eq!(world.session(&id).await.photos.len(), 1);
}

#[tokio::test]
async fn what_was_told_goes_after_a_month_and_the_event_after_three() {
    let (host, world) = told().await;
    world.open().await;
    headshot_server::forward::run_due(&world.app).await.unwrap();
    assert_eq!(host.types(), ["session.opened"]);
    assert_eq!(world.prune_after(29).await.sendings, 0);
    assert_eq!(world.prune_after(2).await, Pruned { sendings: 1, ..Pruned::default() });
    assert_eq!(world.prune_after(58).await.events, 0);
    assert_eq!(world.prune_after(2).await, Pruned { events: 1, ..Pruned::default() });
}

#[tokio::test]
async fn an_event_that_is_still_due_stays_and_so_do_those_after_it() {
    let (host, world) = told().await;
    host.answer_always(500);
    world.open().await;
    headshot_server::forward::run_due(&world.app).await.unwrap();
    world.execute("INSERT INTO events SELECT NULL, 'evt_0', session_id, type, payload, source, created_at FROM events");
    assert_eq!(world.prune_after(100).await.events, 0);
    // The address is no longer configured, so that nobody waits for it.
    world.app.store().set_endpoints(Vec::new()).await.unwrap();
    assert_eq!(world.prune().await.events, 2);
}

#[tokio::test]
async fn who_pulls_is_told_that_events_were_removed_and_where_to_go_on() {
    let (world, id) = World::with_session().await;
    world.tell("model.status.updated", "pending").await;
    world.tell("model.status.updated", "generatingHeadshots").await;
    assert_eq!(world.prune_after(91).await.events, 3);
    let pull = async |query: &str| world.send(get(&format!("/v1/events{query}"), API_KEY)).await;
    let answer = pull("?after=1").await;
    answer.is_problem(410, "events_removed");
    assert!(answer.problem().detail.unwrap().contains("`after=3`"), "{}", answer.text());
    pull("?after=4").await.is_problem(400, "cursor_invalid");
    for kept in ["", "?after=3"] {
        assert_eq!(pull(kept).await.json::<serde_json::Value>()["events"], json!([]), "{kept}");
    }
    world.provider.set_model(MODEL, json!({"id": MODEL, "status": "waiting"}));
    world.tell("model.status.updated", "waiting").await;
    let next = pull("?after=3").await.json::<serde_json::Value>();
    assert_eq!((&next["events"][0]["seq"], &next["events"][0]["data"]["sessionId"]), (&json!(4), &json!(id)));
}

#[tokio::test]
async fn it_is_done_by_itself_soon_after_the_start_and_every_hour() {
    let (world, _) = quiet(|_| {}).await;
    world.deliver(&event("evt_1", "model.status.updated", MODEL, "pending", world.clock.now())).await;
    let bodies = || world.query::<i64>("SELECT count(*) FROM deliveries WHERE body IS NOT NULL");
    let pruner = tokio::spawn(retention::run(std::sync::Arc::clone(&world.app)));
    tokio::task::yield_now().await;
    pass(Duration::from_mins(2)).await;
    assert_eq!(bodies(), 1);
    world.clock.advance(DAY * 31);
    eventually("the body is gone", async || {
        pass(Duration::from_hours(1)).await;
        bodies() == 0
    })
    .await;
    world.app.stop();
    pruner.await.unwrap();
}

/// Moves the timers on, but not on and on: time that stays paused runs out for whoever waits for the writer's thread.
async fn pass(duration: Duration) {
    tokio::time::pause();
    tokio::time::advance(duration).await;
    tokio::time::resume();
}

#[tokio::test]
async fn settings_say_how_long() {
    let (world, _) = quiet(|args| {
        args.retention.retention_bodies = "1h".into();
        args.retention.retention_deliveries = "forever".into();
    })
    .await;
    world.deliver(&event("evt_1", "model.status.updated", MODEL, "pending", world.clock.now())).await;
    world.clock.advance(Duration::from_mins(59));
    assert_eq!(world.prune().await.bodies, 0);
    world.clock.advance(Duration::from_mins(2));
    assert_eq!(world.prune().await.bodies, 1);
    assert_eq!(world.prune_after(5000).await.deliveries, 0);
}

#[tokio::test]
async fn nothing_of_what_was_removed_is_left_in_the_files() {
    let (world, _) = quiet(|_| {}).await;
    for number in 0..50 {
        let mut told = event(&format!("evt_{number}"), "model.status.updated", MODEL, "pending", world.clock.now());
        told["object"]["firstName"] = "Hypatia of Alexandria".repeat(50).into();
        world.deliver(&told).await;
    }
    let folder = world.database().parent().unwrap().to_owned();
    let is_in_the_files = || {
        let files =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        files.map(|path| std::fs::read(path).unwrap()).any(|bytes| bytes.windows(7).any(|part| part == b"Hypatia"))
    };
    assert!(is_in_the_files());
    assert_eq!(world.prune_after(31).await.bodies, 50);
    let world = world.reopened().await;
    assert!(!is_in_the_files());
    drop(world);
}
