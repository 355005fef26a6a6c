//! What was answered with 200 is there, whatever happens to the disk; readiness tells the truth, and nothing needs a hand.

use std::collections::BTreeSet;
use std::time::Duration;

use rlimit::Resource;

use crate::common::{StandIn, client, eventually};
use crate::durability::{Losses, send};
use crate::process::{Server, headshot_that_survives_full_files};

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
    Losses::of(&kept, dir.path()).are_none("file gone", 1);
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
