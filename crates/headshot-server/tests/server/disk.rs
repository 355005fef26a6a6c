//! What was answered with 200 is there, whatever happens to the disk; readiness tells the truth, and nothing needs a hand.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use headshot_api::{OpenedSession, Session};
use jiff::Timestamp;
use rlimit::Resource;
use serde_json::json;

use crate::common::{API_KEY, MODEL, StandIn, client, event, eventually, post_delivery};
use crate::durability::{Losses, send};
use crate::interposed::Interposed;
use crate::process::{Server, headshot, headshot_on_a_small_disk, headshot_that_survives_full_files};

/// So often each fault comes and goes.
const ROUNDS: u32 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_files_cannot_grow() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(&mut headshot_that_survives_full_files(dir.path(), &provider.url));
    // Less than a page of the database: nothing can be written.
    let answered = come_and_go(&server, |is_on| server.limit_files(if is_on { 4000 } else { u64::MAX })).await;
    Losses::of(&answered, dir.path()).are_none("files that may not grow (SQLite)", ROUNDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_the_disk_is_full() {
    let provider = StandIn::start().await;
    let (dir, disk) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = Server::run(&mut headshot_on_a_small_disk(dir.path(), &provider.url, disk.path()));
    // The server alone sees the disk.
    let seen = PathBuf::from(format!("/proc/{}/root", server.id())).join(disk.path().strip_prefix("/").unwrap());
    let filler = seen.join("filler");
    let answered =
        come_and_go(&server, |is_on| if is_on { fill(&filler) } else { std::fs::remove_file(&filler).unwrap() });
    let answered = answered.await;
    for name in ["headshot.db", "headshot.db-wal"] {
        std::fs::copy(seen.join(name), dir.path().join(name)).unwrap();
    }
    Losses::of(&answered, dir.path()).are_none("full disk (SQLite)", ROUNDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_the_disk_becomes_read_only() {
    with_faults_of("write", "disk made read-only (SQLite)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_syncs_fail() {
    with_faults_of("sync", "failing syncs (SQLite)").await;
}

async fn with_faults_of(call: &str, fault: &str) {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut command = headshot(dir.path(), &provider.url);
    let disk = Interposed::before(&mut command, dir.path());
    let server = Server::run(&mut command);
    let answered = come_and_go(&server, |is_on| disk.set(call, is_on)).await;
    Losses::of(&answered, dir.path()).are_none(fault, ROUNDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_on_the_disk_under_its_name_before_anybody_is_told() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut command = headshot(dir.path(), &provider.url);
    command.env("HEADSHOTPRO_PHOTO_HOSTS", provider.url.replace("http://", ""));
    let disk = Interposed::before(&mut command, dir.path());
    let server = Server::run(&mut command);
    let open = client().post(format!("{}/v1/sessions", server.url)).bearer_auth(API_KEY);
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
    let opened = open.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    let opened: OpenedSession = serde_json::from_slice(&opened.bytes().await.unwrap()).unwrap();
    provider.finish(MODEL, &["a"]);
    provider.prolong_links();
    let now = Timestamp::now();
    let ready = event("evt_1", "model.photos_ready", MODEL, "active", now);
    assert_eq!(post_delivery(&client(), &server.url, &ready, now).await.unwrap(), 200);
    let mut photo = None;
    eventually("the photo is shown", async || {
        let read = client().get(format!("{}/v1/sessions/{}", server.url, opened.session.id)).bearer_auth(API_KEY);
        let session: Session = serde_json::from_slice(&read.send().await.unwrap().bytes().await.unwrap()).unwrap();
        photo = session.photos.first().map(|photo| photo.id.clone());
        photo.is_some()
    })
    .await;
    let (database, folder) = (dir.path().join("headshot.db"), dir.path().join("headshot.db.photos"));
    let file = folder.join(photo.unwrap());
    let expected = [
        format!("sync {}.part", file.display()),
        format!("name {}", file.display()),
        format!("sync {}", folder.display()),
        format!("sync {}-wal", database.display()),
    ];
    let log = disk.log();
    let mut rest = log.iter();
    assert!(expected.iter().all(|line| rest.any(|done| done == line)), "{expected:#?} in this order: {log:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_deliveries_is_not_ready_even_where_less_could_be_written() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(&mut headshot_that_survives_full_files(dir.path(), &provider.url));
    is_ready(&server, 200).await;
    // A page or two can still be written, but not those of a delivery.
    server.limit_files(dir.path().join("headshot.db-wal").metadata().unwrap().len() + 10_000);
    assert_eq!(send(&client(), &server.url, "evt_1").await.unwrap(), 503);
    // Longer than an answer is fresh.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let answer = client().get(format!("{}/readyz", server.url)).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    server.limit_files(u64::MAX);
    is_ready(&server, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_with_200_while_the_database_file_is_gone() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let (file, elsewhere) = (dir.path().join("headshot.db"), dir.path().join("elsewhere.db"));
    assert_eq!(send(&client(), &server.url, "evt_1").await.unwrap(), 200);
    std::fs::rename(&file, &elsewhere).unwrap();
    assert_eq!(send(&client(), &server.url, "evt_2").await.unwrap(), 503);
    std::fs::copy(&elsewhere, &file).unwrap();
    assert_eq!(send(&client(), &server.url, "evt_3").await.unwrap(), 503);
    is_ready(&server, 503).await;
    std::fs::rename(&elsewhere, &file).unwrap();
    is_ready(&server, 200).await;
    assert_eq!(send(&client(), &server.url, "evt_4").await.unwrap(), 200);
    let kept: BTreeSet<_> = ["evt_1", "evt_4"].map(str::to_owned).into();
    Losses::of(&kept, dir.path()).are_none("database file moved away and back (SQLite)", 1);
}

/// Deliveries before and while there is a fault, again and again; answers with those that were answered with 200.
async fn come_and_go(server: &Server, set_fault: impl Fn(bool)) -> BTreeSet<String> {
    let (client, mut answered) = (client(), BTreeSet::new());
    for round in 0..ROUNDS {
        for number in 0..10 {
            let id = format!("before_{round}_{number}");
            assert_eq!(send(&client, &server.url, &id).await.unwrap(), 200);
            answered.insert(id);
        }
        set_fault(true);
        let mut refused = 0;
        for number in 0..10 {
            let id = format!("while_{round}_{number}");
            match send(&client, &server.url, &id).await.unwrap() {
                200 => drop(answered.insert(id)),
                status => {
                    assert_eq!(status, 503);
                    refused += 1;
                }
            }
        }
        assert!(refused > 0, "the fault is one");
        is_ready(server, 503).await;
        set_fault(false);
        is_ready(server, 200).await;
    }
    answered
}

/// Readiness says so, at the latest when what it said before is no longer fresh.
async fn is_ready(server: &Server, status: u16) {
    let url = format!("{}/readyz", server.url);
    eventually(&format!("readiness says {status}"), async || {
        client().get(&url).send().await.unwrap().status() == status
    })
    .await;
}

fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

impl Server {
    /// So large may files become that the running server writes.
    fn limit_files(&self, bytes: u64) {
        let pid = i32::try_from(self.id()).unwrap();
        let hard = rlimit::INFINITY;
        rlimit::prlimit(pid, Resource::FSIZE, Some((bytes.min(hard), hard)), None).unwrap();
    }
}
