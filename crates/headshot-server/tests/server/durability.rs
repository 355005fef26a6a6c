//! What was answered with 200 is there after the process was killed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::common::{StandIn, client, event, eventually, sign};
use crate::process::Server;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_when_the_process_is_killed() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(dir.path(), &provider.url);
    let answered = Arc::<Mutex<BTreeSet<String>>>::default();
    let senders: Vec<_> = (0..8)
        .map(|sender| tokio::spawn(send_until_killed(server.url.clone(), sender, Arc::clone(&answered))))
        .collect();
    eventually("enough is answered", async || answered.lock().unwrap().len() >= 200).await;
    server.kill();
    for sender in senders {
        sender.await.unwrap();
    }
    let kept = kept(&dir.path().join("headshot.db"));
    let answered = answered.lock().unwrap();
    let lost: Vec<_> = answered.difference(&kept).collect();
    assert!(lost.is_empty(), "{} answered, lost: {lost:?}", answered.len());
}

async fn send_until_killed(url: String, sender: usize, answered: Arc<Mutex<BTreeSet<String>>>) {
    let client = client();
    for number in 0.. {
        let id = format!("evt_{sender}_{number}");
        let now = Timestamp::now();
        let body = event(&id, "model.status.updated", "m", "pending", now).to_string();
        let timestamp = now.as_second().to_string();
        let signature = sign(&[timestamp.as_bytes(), b".", body.as_bytes()]);
        let request = client
            .post(format!("{url}/v1/webhooks/headshotpro"))
            .header("x-headshotpro-timestamp", timestamp)
            .header("x-headshotpro-signature", signature)
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status() == 200 => answered.lock().unwrap().insert(id),
            Ok(answer) => panic!("{}", answer.status()),
            Err(_) => return,
        };
    }
}

fn kept(database: &std::path::Path) -> BTreeSet<String> {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare("SELECT event_id FROM deliveries").unwrap();
    let kept: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let distinct: BTreeSet<_> = kept.iter().cloned().collect();
    assert_eq!(kept.len(), distinct.len(), "an event is kept twice");
    distinct
}
