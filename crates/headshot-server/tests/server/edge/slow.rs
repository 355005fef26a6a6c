//! Requests that arrive slowly, and answers that are taken slowly.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use super::{Client, delivery_head, is_delivered};
use crate::common::StandIn;
use crate::process::{Server, headshot};

const FORGED: &str = "sha256=0000000000000000000000000000000000000000000000000000000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_trickles_in_is_given_up_while_its_sender_still_waits() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let mut client = Client::connect(&server).await;
    client.send(&delivery_head("1767323045", FORGED, 1000)).await;
    let began = Instant::now();
    let answer = timeout(Duration::from_secs(25), async {
        while !client.is_closed_within(Duration::from_millis(1)).await && began.elapsed() < Duration::from_secs(9) {
            client.send(b"x").await;
            sleep(Duration::from_millis(500)).await;
        }
        client.answer().await
    });
    let answer = answer.await.expect("the body is given up");
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_slow_heads_and_bodies_do_not_shut_deliveries_out() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_CONNECTIONS", "32"));
    let mut slow = Vec::new();
    for number in 0..100 {
        let mut client = Client::connect(&server).await;
        let forged = delivery_head("1767323045", FORGED, 1000);
        client.send(if number % 2 == 0 { &forged } else { &forged[..30] }).await;
        slow.push(client);
        if number % 20 == 0 {
            is_delivered(&server, &format!("evt_{number}")).await;
        }
    }
    is_delivered(&server, "evt_last").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_unfinished_bodies_are_given_up_before_small_ones() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let mut small = Client::connect(&server).await;
    let (head, body) = super::delivery("evt_small");
    small.send(&[&head, &body[..10]].concat()).await;
    let almost_all = "x".repeat(999_999);
    let mut large = Vec::new();
    for _ in 0..80 {
        let mut client = Client::connect(&server).await;
        client.send(&delivery_head("1767323045", FORGED, 1_000_000)).await;
        // What is given up is no longer read, so sending it may fail.
        let _ = timeout(Duration::from_secs(1), client.0.write_all(almost_all.as_bytes())).await;
        large.push(client);
    }
    let mut given_up = 0;
    for client in &mut large {
        let answer = timeout(Duration::from_millis(20), client.answer()).await;
        given_up += usize::from(answer.is_ok_and(|answer| answer.starts_with("HTTP/1.1 408")));
    }
    small.send(&body[10..]).await;
    assert!(small.answer().await.starts_with("HTTP/1.1 200"));
    assert!(given_up >= 10, "{given_up} of 80");
}
