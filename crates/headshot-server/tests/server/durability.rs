//! What was answered with 200 is there after the process was killed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Client;
use rusqlite::Connection;
use tokio::task::JoinSet;

use crate::common::{StandIn, client, event, eventually, post_delivery};
use crate::process::Server;

/// How often each fault happens; fewer while one works on a test (`HEADSHOT_TEST_ROUNDS=20`).
pub(crate) fn rounds() -> u32 {
    std::env::var("HEADSHOT_TEST_ROUNDS").map_or(200, |rounds| rounds.parse().expect("a number of rounds"))
}

pub(crate) type Answered = Arc<Mutex<BTreeSet<String>>>;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_the_process_is_killed() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let answered = Answered::default();
    kill_under_load(&answered, || Server::start(dir.path(), &provider.url)).await;
    Losses::of(&answered.lock().unwrap(), dir.path()).are_none("kill -9 of the server (SQLite)", rounds());
}

/// Starts the server, has deliveries sent to it and kills it, round after round, each at another moment of its work.
pub(crate) async fn kill_under_load(answered: &Answered, start: impl Fn() -> Server) {
    let client = client();
    for round in 0..rounds() {
        let mut server = start();
        let mut senders = JoinSet::new();
        for sender in 0..6 {
            let sender = format!("{round}_{sender}");
            senders.spawn(send_until_killed(client.clone(), server.url.clone(), sender, Arc::clone(answered)));
        }
        let enough = answered.lock().unwrap().len() + 5 + 3 * (round as usize % 10);
        eventually("enough is answered", async || {
            let refused = senders.try_join_next().map(Result::unwrap);
            assert!(refused.is_none(), "round {round}: {refused:?}");
            answered.lock().unwrap().len() >= enough
        })
        .await;
        server.kill();
        for ended in senders.join_all().await {
            assert!(ended.is_err(), "round {round}: {ended:?}");
        }
    }
}

/// Ends with a refusal, or without an answer.
pub(crate) async fn send_until_killed(
    client: Client,
    url: String,
    sender: String,
    answered: Answered,
) -> reqwest::Result<u16> {
    for number in 0.. {
        let id = format!("evt_{sender}_{number}");
        let status = send(&client, &url, &id).await?;
        if status != 200 {
            return Ok(status);
        }
        answered.lock().unwrap().insert(id);
    }
    unreachable!("numbers do not end")
}

/// Sends the same again until it is answered with 200, as a provider does, and one after the other until told to stop.
pub(crate) async fn send_until_told(client: Client, url: String, sender: String, answered: Answered, told: Told) {
    for number in 0.. {
        let id = format!("evt_{sender}_{number}");
        while !matches!(send(&client, &url, &id).await, Ok(200)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        answered.lock().unwrap().insert(id);
        if told.load(Ordering::SeqCst) {
            return;
        }
    }
}

pub(crate) type Told = Arc<AtomicBool>;

pub(crate) async fn send(client: &reqwest::Client, url: &str, id: &str) -> reqwest::Result<u16> {
    let now = Timestamp::now();
    post_delivery(client, url, &event(id, "model.status.updated", "m", "pending", now), now).await
}

/// What a fault did to deliveries that were answered with 200.
pub(crate) struct Losses {
    answered: usize,
    lost: Vec<String>,
    duplicated: usize,
}

impl Losses {
    pub(crate) fn of(answered: &BTreeSet<String>, dir: &Path) -> Self {
        let connection = Connection::open(dir.join("headshot.db")).unwrap();
        let mut statement = connection.prepare("SELECT event_id FROM deliveries").unwrap();
        let kept = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<_>, _>>().unwrap();
        Self::among(answered, &kept)
    }

    /// What is missing of these among the events that were kept.
    pub(crate) fn among(answered: &BTreeSet<String>, kept: &[String]) -> Self {
        let distinct: BTreeSet<_> = kept.iter().cloned().collect();
        let lost = answered.difference(&distinct).cloned().collect();
        Self { answered: answered.len(), lost, duplicated: kept.len() - distinct.len() }
    }

    /// Shows what came of so many rounds of a fault, as a row of the table in PROOFS.md.
    pub(crate) fn are_none(&self, fault: &str, rounds: u32) {
        let are_some = self.are_some(fault, rounds);
        assert!(self.answered > 0 && !are_some && self.duplicated == 0, "lost: {:?}", self.lost);
    }

    /// The same where the proof itself is tested.
    pub(crate) fn are_some(&self, fault: &str, rounds: u32) -> bool {
        let Self { answered, lost, duplicated } = self;
        println!("\n| {fault} | {rounds} | {answered} | {} | {duplicated} | yes |", lost.len());
        !self.lost.is_empty()
    }
}
