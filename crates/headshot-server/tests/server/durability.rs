//! What was answered with 200 is there after the process was killed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::task::JoinSet;

use crate::common::{StandIn, client, event, eventually, post_delivery};
use crate::process::Server;

/// How often the process is killed; a release is tested with 200 (`HEADSHOT_TEST_ROUNDS=200`).
pub(crate) fn rounds() -> u32 {
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
        eventually("enough is answered", async || {
            let refused = senders.try_join_next().map(Result::unwrap);
            assert!(
                refused.is_none(),
                "round {round}, {refused:?}: {}",
                std::fs::read_to_string(dir.path().join("log")).unwrap()
            );
            answered.lock().unwrap().len() >= enough
        })
        .await;
        server.kill();
        senders.join_all().await;
    }
    let answered = answered.lock().unwrap();
    Losses::of(&answered, dir.path()).are_none("kill -9", rounds());
}

/// Ends with a refusal, or without an answer.
pub(crate) async fn send_until_killed(
    url: String,
    sender: String,
    answered: Arc<Mutex<BTreeSet<String>>>,
) -> reqwest::Result<u16> {
    let (client, mut number) = (client(), 0);
    loop {
        let id = format!("evt_{sender}_{number}");
        let status = send(&client, &url, &id).await?;
        if status != 200 {
            return Ok(status);
        }
        answered.lock().unwrap().insert(id);
        number += 1;
    }
}

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

    pub(crate) fn are_none(&self, fault: &str, rounds: u32) {
        println!("fault     | rounds | acknowledged | lost | duplicated");
        println!("{fault:9} | {rounds:6} | {:12} | {:4} | {:10}", self.answered, self.lost.len(), self.duplicated);
        assert!(self.answered > 0 && self.lost.is_empty() && self.duplicated == 0, "lost: {:?}", self.lost);
    }
}
