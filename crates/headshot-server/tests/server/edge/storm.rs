//! Everything at once, by seed: deliveries come through, each within a bound and each recorded once.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::slow::FORGED;
use super::{Client, IN_TIME, crowd, delivery, delivery_head};
use crate::common::{Dice, StandIn};
use crate::process::{Server, headshot};

const PLACES: &str = "48";
const OTHERS: u64 = 120;
const PROVIDERS: u64 = 4;
const DELIVERIES: u64 = 15;

/// How many storms; more are for who looks for faults (`HEADSHOT_TEST_SEEDS=50`).
fn seeds() -> u64 {
    std::env::var("HEADSHOT_TEST_SEEDS").map_or(3, |seeds| seeds.parse().expect("a number of seeds"))
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_come_through_whatever_others_do() {
    println!("seed | deliveries | connections opened again | slowest");
    for seed in 0..seeds() {
        let provider = StandIn::start().await;
        let dir = tempfile::tempdir().unwrap();
        let server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_CONNECTIONS", PLACES));
        let wait = crowd::waiting_request(&server).await;
        let mut others = JoinSet::new();
        for number in 0..OTHERS {
            others.spawn(disturb(server.address(), wait.clone(), Dice::of(seed * 1000 + number)));
        }
        let mut providers = JoinSet::new();
        for number in 0..PROVIDERS {
            providers.spawn(deliver(server.address(), number, Dice::of(seed * 1000 + OTHERS + number)));
        }
        let (mut opened_again, mut slowest) = (0, Duration::ZERO);
        while let Some(delivered) = providers.join_next().await {
            let (again, time) = delivered.unwrap();
            (opened_again, slowest) = (opened_again + again, slowest.max(time));
        }
        let recorded = recorded(dir.path());
        println!("{seed:4} | {recorded:10} | {opened_again:24} | {slowest:?}");
        assert_eq!(u64::from(recorded), PROVIDERS * DELIVERIES);
    }
}

/// A provider: some deliveries on a connection that it keeps, some on one of their own.
async fn deliver(address: String, provider: u64, dice: Dice) -> (u32, Duration) {
    let (mut kept, mut opened_again, mut slowest) = (None, 0, Duration::ZERO);
    for number in 0..DELIVERIES {
        sleep(millis(&dice, 60)).await;
        let id = format!("evt_{provider}_{number}");
        let began = Instant::now();
        let delivered = timeout(IN_TIME, async {
            let client: Option<Client> = if dice.below(2) == 0 { kept.take() } else { None };
            if let Some(mut client) = client {
                if send(&mut client, &id, began).await.0 {
                    return client;
                }
                // Idle connections may be closed at any time; every HTTP client then takes another.
                opened_again += 1;
            }
            loop {
                let began = Instant::now();
                let mut client = Client::connect_to(&address).await;
                let (is_accepted, sent_after) = send(&mut client, &id, began).await;
                if is_accepted {
                    return client;
                }
                // Where this machine is so busy that a client connects and then has to wait before it can send, it is
                // none of those who are left alone for that moment.
                assert!(sent_after > Duration::from_millis(80), "{id}, sent after {sent_after:?}");
                opened_again += 1;
            }
        });
        kept = Some(delivered.await.unwrap_or_else(|_| panic!("{id} was not answered in time")));
        slowest = slowest.max(began.elapsed());
    }
    (opened_again, slowest)
}

/// Whether it was answered with 200, and how long it took until it was sent; without an answer the connection was closed
/// before.
async fn send(client: &mut Client, id: &str, began: Instant) -> (bool, Duration) {
    let (head, body) = delivery(id);
    let is_sent = client.0.write_all(&[head, body].concat()).await.is_ok();
    let sent_after = began.elapsed();
    let answer = client.answer().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 200"), "{id}: {answer}");
    (is_sent && !answer.is_empty(), sent_after)
}

/// A client that is not a provider, and at each moment another one.
async fn disturb(address: String, wait: String, dice: Dice) {
    loop {
        let Ok(stream) = tokio::net::TcpStream::connect(&address).await else { continue };
        let mut client = Client(stream);
        let forged = delivery_head("1767323045", FORGED, 200_000);
        match dice.below(6) {
            0 => drop(timeout(millis(&dice, 5000), waits(&mut client, &wait)).await),
            1 => sleep(millis(&dice, 5000)).await,
            2 => trickle(&mut client, wait.as_bytes(), &dice).await,
            3 => trickle(&mut client, &[&forged[..], &[b'x'; 100]].concat(), &dice).await,
            4 => {
                let _ = client.0.write_all(&[forged, vec![b'x'; 200_000]].concat()).await;
                drop(timeout(Duration::from_secs(5), client.answer()).await);
            }
            _ => {
                let requests = wait.replace("Prefer", "X").repeat(500);
                drop(timeout(millis(&dice, 3000), client.0.write_all(requests.as_bytes())).await);
            }
        }
    }
}

async fn waits(client: &mut Client, request: &str) {
    while client.0.write_all(request.as_bytes()).await.is_ok() && !client.answer().await.is_empty() {}
}

async fn trickle(client: &mut Client, bytes: &[u8], dice: &Dice) {
    for part in bytes.chunks(20) {
        if client.0.write_all(part).await.is_err() {
            return;
        }
        sleep(millis(dice, 400)).await;
    }
}

fn recorded(dir: &std::path::Path) -> u32 {
    let connection = Connection::open(dir.join("headshot.db")).unwrap();
    connection.query_row("SELECT count(*) FROM deliveries", [], |row| row.get(0)).unwrap()
}

fn millis(dice: &Dice, end: u64) -> Duration {
    Duration::from_millis(dice.below(end))
}
