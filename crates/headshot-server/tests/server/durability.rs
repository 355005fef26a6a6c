//! What was answered with 200 is there, whatever happens to the process and its disk.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use rlimit::Resource;
use rusqlite::Connection;
use tokio::task::JoinSet;

use crate::common::{StandIn, client, event, eventually, sign};
use crate::process::{Server, headshot_that_survives_full_files};

/// How often the process is killed; a release is tested with 200 (`HEADSHOT_TEST_ROUNDS=200`).
fn rounds() -> u32 {
    std::env::var("HEADSHOT_TEST_ROUNDS").map_or(20, |rounds| rounds.parse().expect("a number of rounds"))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_the_process_is_killed() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let answered = Arc::<Mutex<BTreeSet<String>>>::default();
    for round in 0..rounds() {
        let mut server = Server::start(dir.path(), &provider.url);
        let mut senders = JoinSet::new();
        for sender in 0..8 {
            senders.spawn(send_until_killed(server.url.clone(), format!("{round}_{sender}"), Arc::clone(&answered)));
        }
        // Each round is killed at another moment of its work.
        let enough = answered.lock().unwrap().len() + 20 + 13 * (round as usize % 10);
        eventually("enough is answered", async || answered.lock().unwrap().len() >= enough).await;
        server.kill();
        while let Some(ended) = senders.join_next().await {
            ended.unwrap();
        }
    }
    let answered = answered.lock().unwrap();
    Losses::of(&answered, dir.path()).are_none("kill -9", rounds());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_the_disk_is_full() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(&mut headshot_that_survives_full_files(dir.path(), &provider.url));
    let mut answered = BTreeSet::new();
    let mut refused = 0;
    for round in 0..5 {
        for number in 0..10 {
            let id = format!("before_{round}_{number}");
            assert_eq!(send(&client(), &server.url, &id).await.unwrap(), 200);
            answered.insert(id);
        }
        // Less than a page of the database: nothing can be written.
        server.limit_files(4000);
        for number in 0..10 {
            let id = format!("while_{round}_{number}");
            match send(&client(), &server.url, &id).await.unwrap() {
                200 => drop(answered.insert(id)),
                status => {
                    assert_eq!(status, 503);
                    refused += 1;
                }
            }
        }
        is_ready(&server, 503).await;
        server.limit_files(u64::MAX);
        is_ready(&server, 200).await;
    }
    assert_eq!(refused, 50);
    Losses::of(&answered, dir.path()).are_none("disk full", 5);
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

/// Readiness says so, at the latest when what it said before is no longer fresh.
async fn is_ready(server: &Server, status: u16) {
    let url = format!("{}/readyz", server.url);
    eventually(&format!("readiness says {status}"), async || {
        client().get(&url).send().await.unwrap().status() == status
    })
    .await;
}

impl Server {
    /// So large may files become that the running server writes.
    fn limit_files(&self, bytes: u64) {
        let pid = i32::try_from(self.id()).unwrap();
        let hard = rlimit::INFINITY;
        rlimit::prlimit(pid, Resource::FSIZE, Some((bytes.min(hard), hard)), None).unwrap();
    }
}

async fn send_until_killed(url: String, sender: String, answered: Arc<Mutex<BTreeSet<String>>>) {
    let client = client();
    for number in 0.. {
        let id = format!("evt_{sender}_{number}");
        match send(&client, &url, &id).await {
            Ok(200) => answered.lock().unwrap().insert(id),
            Ok(status) => panic!("{status}"),
            Err(_) => return,
        };
    }
}

async fn send(client: &reqwest::Client, url: &str, id: &str) -> reqwest::Result<u16> {
    let now = Timestamp::now();
    let body = event(id, "model.status.updated", "m", "pending", now).to_string();
    let timestamp = now.as_second().to_string();
    let signature = sign(&[timestamp.as_bytes(), b".", body.as_bytes()]);
    let request = client
        .post(format!("{url}/v1/webhooks/headshotpro"))
        .header("x-headshotpro-timestamp", timestamp)
        .header("x-headshotpro-signature", signature)
        .body(body);
    Ok(request.send().await?.status().as_u16())
}

/// What a fault did to deliveries that were answered with 200.
struct Losses {
    answered: usize,
    lost: Vec<String>,
    duplicated: usize,
}

impl Losses {
    fn of(answered: &BTreeSet<String>, dir: &Path) -> Self {
        let connection = Connection::open(dir.join("headshot.db")).unwrap();
        let mut statement = connection.prepare("SELECT event_id FROM deliveries").unwrap();
        let kept: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        let distinct: BTreeSet<_> = kept.iter().cloned().collect();
        let lost = answered.difference(&distinct).cloned().collect();
        Self { answered: answered.len(), lost, duplicated: kept.len() - distinct.len() }
    }

    fn are_none(&self, fault: &str, rounds: u32) {
        println!("fault     | rounds | acknowledged | lost | duplicated");
        println!("{fault:9} | {rounds:6} | {:12} | {:4} | {:10}", self.answered, self.lost.len(), self.duplicated);
        assert!(self.answered > 0 && self.lost.is_empty() && self.duplicated == 0, "lost: {:?}", self.lost);
    }
}
