//! Connections that are kept between two requests.

use std::time::Duration;

use tokio::time::sleep;

use super::{Client, delivery};
use crate::common::StandIn;
use crate::process::{Server, headshot};

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_on_a_connection_that_was_idle_for_long_is_recorded() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let mut client = Client::connect(&server).await;
    client.send(HEALTH).await;
    assert!(client.answer().await.starts_with("HTTP/1.1 200"));
    assert!(!client.is_closed_within(Duration::from_secs(12)).await);
    let (head, body) = delivery("evt_1");
    client.send(&[head, body].concat()).await;
    assert!(client.answer().await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_begins_late_has_its_whole_time() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let (mut fresh, mut used) = (Client::connect(&server).await, Client::connect(&server).await);
    used.send(HEALTH).await;
    used.answer().await;
    sleep(Duration::from_millis(9500)).await;
    for (client, id) in [(&mut fresh, "evt_1"), (&mut used, "evt_2")] {
        let (head, body) = delivery(id);
        let (begin, rest) = head.split_at(40);
        client.send(begin).await;
        sleep(Duration::from_millis(1500)).await;
        client.send(&[rest, &body].concat()).await;
        assert!(client.answer().await.starts_with("HTTP/1.1 200"), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_after_the_time_that_was_set() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_KEEP_ALIVE", "1"));
    let (mut fresh, mut used) = (Client::connect(&server).await, Client::connect(&server).await);
    used.send(HEALTH).await;
    used.answer().await;
    for client in [&mut fresh, &mut used] {
        assert!(client.is_closed_within(Duration::from_secs(8)).await);
    }
}
