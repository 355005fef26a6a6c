//! The server on PostgreSQL: alone, beside others on one database, and when the database goes away.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headshot_api::State;
use headshot_server::pace;
use headshot_server::store::{Endpoint, PostgresAddress, PostgresStore, Store};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::common::postgres::{Cluster, connect, open_postgres};
use crate::common::{API_KEY, MODEL, NOW, StandIn, World, client, event, eventually, get, png, post_delivery};
use crate::durability::{Losses, rounds, send, send_until_killed};
use crate::process::{Server, headshot};
use crate::store_contract::{claim, delivery, open};

/// Sooner than a server looks by itself.
const SOON: Duration = Duration::from_secs(4);

/// A server on this database, with the folders that it shares with others.
fn server(dir: &Path, address: &str, provider: &str) -> Server {
    Server::run(&mut on(address, dir, headshot(dir, provider)))
}

pub(crate) fn on(address: &str, dir: &Path, mut command: Command) -> Command {
    command.env("HEADSHOT_DATABASE_URL", address).current_dir(dir);
    command.env("HEADSHOT_PHOTO_DIR", dir.join("photos")).env("HEADSHOT_UPLOAD_DIR", dir.join("uploads"));
    command
}

/// The events of the deliveries that are in the database.
pub(crate) async fn kept(address: &str) -> Vec<String> {
    let rows = connect(address).await.query("SELECT event_id FROM deliveries", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_from_open_to_its_photos() {
    let world = World::on_postgres().await;
    let (session, token) = world.open().await;
    world.tell("model.status.updated", "pending").await;
    assert_eq!(world.session(&session.id).await.state, State::Processing);
    world.provider.finish(MODEL, &["a", "b"]);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    let answer = world.send(get(&format!("/v1/sessions/{}", session.id), &token)).await;
    let finished: headshot_api::Session = answer.json();
    assert_eq!((finished.state.clone(), finished.photos.len()), (State::Ready, 2));
    assert_eq!(world.pictures(&finished).await, [png("a"), png("b")]);
    let events: Value = world.send(get("/v1/events", API_KEY)).await.json();
    let kinds: Vec<_> = events["events"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds.first(), Some(&json!("session.opened")));
    assert!(kinds.contains(&json!("session.photos_ready")), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_at_one_server_is_woken_by_a_delivery_at_another() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let address = Cluster::shared().database().await;
    let (one, other) = (server(dir.path(), &address, &provider.url), server(dir.path(), &address, &provider.url));
    let opened = client()
        .post(format!("{}/v1/sessions", one.url))
        .bearer_auth(API_KEY)
        .header("content-type", "application/json")
        .body(json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string());
    let opened = opened.send().await.unwrap();
    assert_eq!(opened.status(), 201);
    let opened: Value = serde_json::from_slice(&opened.bytes().await.unwrap()).unwrap();
    let url = format!("{}/v1/sessions/{}", one.url, opened["session"]["id"].as_str().unwrap());
    let read = async |url: &str, etag: &str| {
        let request = client().get(url).bearer_auth(API_KEY).header("prefer", "wait=25").header("if-none-match", etag);
        request.send().await.unwrap()
    };
    let etag = read(&url, "").await.headers()["etag"].to_str().unwrap().to_owned();
    let waiting = tokio::spawn(async move { read(&url, &etag).await });
    let now = jiff::Timestamp::now();
    let told = event("evt_1", "model.status.updated", MODEL, "pending", now);
    assert_eq!(post_delivery(&client(), &other.url, &told, now).await.unwrap(), 200);
    let answer = timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap();
    let session: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(session["state"], "processing");
    // A repetition is known as one, whichever server it comes to.
    assert_eq!(post_delivery(&client(), &one.url, &told, now).await.unwrap(), 200);
    assert_eq!(kept(&address).await, ["evt_1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_heard_at_other_servers_before_they_look() {
    let address = Cluster::shared().database().await;
    let (one, other) = (open_postgres(&address).await, open_postgres(&address).await);
    let session = open(&one, "m").await;
    let (mut watch, mut stream) = (other.signals().watch(&session), other.signals().follow_events());
    // The first words after a server starts may be said before it listens; then all is read anew.
    eventually("the other server listens", async || {
        let event = format!("evt_{}", jiff::Timestamp::now());
        one.record_delivery(delivery(&event, "m", jiff::Timestamp::now())).await.unwrap();
        timeout(Duration::from_millis(500), watch.changed()).await.is_ok()
    })
    .await;
    stream.mark_unchanged();
    one.remove_session(&session, NOW).await.unwrap();
    timeout(SOON, watch.changed()).await.expect("the change is heard");
    timeout(SOON, stream.changed()).await.expect("the event is heard").unwrap();
    timeout(SOON, other.signals().work()).await.expect("the work is heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_nobody_told_is_seen_all_the_same() {
    let address = Cluster::shared().database().await;
    let store = open_postgres(&address).await;
    let session = open(&store, "m").await;
    let mut watch = store.signals().watch(&session);
    // What woke it because the server had just begun to listen is past.
    while timeout(Duration::from_secs(6), watch.changed()).await.is_ok() {}
    let silently = connect(&address).await;
    silently.execute("UPDATE sessions SET updated_at = updated_at + 1", &[]).await.unwrap();
    timeout(Duration::from_secs(30), watch.changed()).await.expect("the server looks");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_claimed_by_one_of_many_servers() {
    let address = Cluster::shared().database().await;
    let stores = [open_postgres(&address).await, open_postgres(&address).await, open_postgres(&address).await];
    let stores = stores.map(Arc::new);
    let mut opened = JoinSet::new();
    for number in 0..60 {
        let store = Arc::clone(&stores[number % 3]);
        opened.spawn(async move {
            open(&*store, &format!("m{number}")).await;
            store.record_delivery(delivery(&format!("e{number}"), &format!("m{number}"), NOW)).await.unwrap();
        });
    }
    opened.join_all().await;
    let mut claims = JoinSet::new();
    for store in &stores {
        let store = Arc::clone(store);
        claims.spawn(async move {
            let mut claimed = Vec::new();
            loop {
                match claim(&*store, NOW, 7).await {
                    more if more.is_empty() => return claimed,
                    more => claimed.extend(more.into_iter().map(|work| work.id)),
                }
            }
        });
    }
    let claimed = claims.join_all().await.concat();
    let distinct: BTreeSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (60, 60));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_the_stream_while_many_write_misses_nothing() {
    const EACH: usize = 40;
    let address = Cluster::shared().database().await;
    let (reader, writers) =
        (open_postgres(&address).await, [open_postgres(&address).await, open_postgres(&address).await]);
    let writers = writers.map(Arc::new);
    let mut writing = JoinSet::new();
    for number in 0..8 * EACH {
        let store = Arc::clone(&writers[number % 2]);
        writing.spawn(async move { open(&*store, &format!("m{number}")).await });
    }
    let (mut cursor, mut seen) = (0, Vec::new());
    let mut is_over = false;
    while !is_over {
        // Everything was committed before the last look.
        is_over = writing.is_empty();
        while writing.try_join_next().is_some() {}
        let stretch = reader.events_after(cursor, 1000).await.unwrap();
        seen.extend(stretch.events.iter().map(|event| event.seq));
        cursor = seen.last().copied().unwrap_or_default();
    }
    let all: Vec<u64> = (1..=8 * EACH as u64).collect();
    assert_eq!(seen, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_about_one_session_at_many_servers_leave_one_history() {
    let address = Cluster::shared().database().await;
    let stores = [open_postgres(&address).await, open_postgres(&address).await].map(Arc::new);
    stores[0].set_endpoints(vec![Endpoint { name: "https://host.test".into(), types: Vec::new() }]).await.unwrap();
    let session = open(&*stores[0], "m").await;
    let mut sending = JoinSet::new();
    for number in 0..200_u32 {
        // Every event comes twice, to either server.
        let store = Arc::clone(&stores[number as usize % 2]);
        let event = delivery(&format!("e{}", number / 2), "m", NOW + Duration::from_secs(u64::from(number / 2)));
        sending.spawn(async move { store.record_delivery(event).await.unwrap().is_new });
    }
    let new = sending.join_all().await.into_iter().filter(|is_new| *is_new).count();
    assert_eq!(new, 100);
    let stretch = stores[1].events_after(0, 1000).await.unwrap();
    let kinds: Vec<_> = stretch.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["session.opened", "session.status_changed"]);
    let told = stores[1].claim_sendings("https://host.test", NOW + Duration::from_hours(1), pace::LEASE, 10).await;
    assert_eq!(told.unwrap().len(), 1);
    let found = stores[1].session(&session).await.unwrap().unwrap();
    assert_eq!(found.standing_at, NOW + Duration::from_secs(99));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_one_of_two_servers_is_killed() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let address = Cluster::shared().database().await;
    let answered = Arc::<Mutex<BTreeSet<String>>>::default();
    let steady = server(dir.path(), &address, &provider.url);
    for round in 0..rounds() {
        let mut killed = server(dir.path(), &address, &provider.url);
        let mut senders = JoinSet::new();
        for sender in 0..8 {
            let url = killed.url.clone();
            senders.spawn(send_until_killed(url, format!("{round}_{sender}"), Arc::clone(&answered)));
        }
        let enough = answered.lock().unwrap().len() + 20 + 13 * (round as usize % 10);
        eventually("enough is answered", async || answered.lock().unwrap().len() >= enough).await;
        killed.kill();
        for ended in senders.join_all().await {
            assert!(ended.is_err(), "round {round}: {ended:?}");
        }
        let id = format!("steady_{round}");
        assert_eq!(send(&client(), &steady.url, &id).await.unwrap(), 200);
        answered.lock().unwrap().insert(id);
    }
    let kept = kept(&address).await;
    Losses::among(&answered.lock().unwrap(), &kept).are_none("kill -9", rounds());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_with_200_while_the_database_is_away_and_all_goes_on_when_it_is_back() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let mut cluster = Cluster::of_its_own();
    let address = cluster.database().await;
    let server = server(dir.path(), &address, &provider.url);
    let answered = Arc::<Mutex<BTreeSet<String>>>::default();
    for round in 0..3 {
        is_ready(&server, 200).await;
        let mut senders = JoinSet::new();
        for sender in 0..8 {
            let url = server.url.clone();
            senders.spawn(send_until_killed(url, format!("{round}_{sender}"), Arc::clone(&answered)));
        }
        let enough = answered.lock().unwrap().len() + 50;
        eventually("enough is answered", async || answered.lock().unwrap().len() >= enough).await;
        // As a crash does: what was not synced is gone.
        cluster.stop();
        for ended in senders.join_all().await {
            assert_eq!(ended.unwrap(), 503, "round {round}");
        }
        is_ready(&server, 503).await;
        assert_eq!(send(&client(), &server.url, "while_it_is_away").await.unwrap(), 503);
        cluster.start_again();
    }
    is_ready(&server, 200).await;
    assert_eq!(send(&client(), &server.url, "at_last").await.unwrap(), 200);
    answered.lock().unwrap().insert("at_last".into());
    let kept = kept(&address).await;
    Losses::among(&answered.lock().unwrap(), &kept).are_none("no database", 3);
}

async fn is_ready(server: &Server, status: u16) {
    let url = format!("{}/readyz", server.url);
    let is_so = async || client().get(&url).send().await.unwrap().status() == status;
    for _ in 0..5 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    eventually(&format!("readiness says {status}"), is_so).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let address = Cluster::shared().database().await;
    drop(open_postgres(&address).await);
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
                 VALUES (9999, 'newer', '2099-01-01T00:00:00Z', '1')";
    connect(&address).await.execute(newer, &[]).await.unwrap();
    let error = PostgresStore::open(&PostgresAddress::parse(&address).unwrap(), 3).await.err().unwrap();
    assert!(error.to_string().contains("database_newer: "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_make_the_schema_once() {
    let address = PostgresAddress::parse(&Cluster::shared().database().await).unwrap();
    let mut starting = JoinSet::new();
    for _ in 0..4 {
        let address = address.clone();
        starting.spawn(async move { PostgresStore::open(&address, 3).await.unwrap().name().await.unwrap() });
    }
    let names: BTreeSet<_> = starting.join_all().await.into_iter().collect();
    assert_eq!(names.len(), 1);
}

#[tokio::test]
async fn a_database_that_forgets_is_refused() {
    let address = format!("{}&options=-csynchronous_commit%3Doff", Cluster::shared().database().await);
    let error = PostgresStore::open(&PostgresAddress::parse(&address).unwrap(), 3).await.err().unwrap();
    assert!(error.to_string().contains("synchronous_commit is off"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_commands_work_beside_the_servers() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let address = Cluster::shared().database().await;
    let running = server(dir.path(), &address, &provider.url);
    assert_eq!(send(&client(), &running.url, "evt_1").await.unwrap(), 200);
    let tell = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headshot"));
        let output = on(&address, dir.path(), {
            command.args(words).env_clear();
            command
        })
        .output()
        .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    for _ in 0..2 {
        let (code, out, errors) = tell(&["deliveries", "list", "--json"]);
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        let listed: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&listed["eventId"], &listed["status"]), (&json!("evt_1"), &json!("recorded")));
        let (code, out, errors) = tell(&["deliveries", "show", &listed["id"].to_string()]);
        assert!(code == Some(0) && out.contains("evt_1"), "{out}{errors}");
        let (code, out, errors) = tell(&["deliveries", "replay", "--since", "1h"]);
        assert!(code == Some(1) && out.starts_with("nothing was set going again"), "{out}{errors}");
        let (code, out, errors) = tell(&["prune"]);
        assert!(code == Some(0) && out.starts_with("removed 0 bodies"), "{out}{errors}");
        let (_, out, errors) = tell(&["doctor"]);
        assert!(out.contains("ok    database         can be read, and is of this version"), "{out}{errors}");
        assert!(out.contains("ok    photo folder     is this database's"), "{out}{errors}");
        for words in [["backup", "to"], ["restore", "from"]] {
            let (code, _, errors) = tell(&words);
            assert!(code == Some(2) && errors.contains("backup_by_pg_dump: "), "{errors}");
        }
        // The same without a server on this machine.
        let _ = std::fs::remove_file(dir.path().join("headshot.sock"));
    }
}
