//! Requests that arrive slowly, and answers that are taken slowly.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use super::{Client, IN_TIME, delivery_head, is_delivered};
use crate::common::{API_KEY, StandIn};
use crate::process::{Server, headshot};

pub(crate) const FORGED: &str = "sha256=0000000000000000000000000000000000000000000000000000000000000000";

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
async fn clients_that_take_nothing_of_their_answers_do_not_shut_deliveries_out() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_CONNECTIONS", "16"));
    let requests = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000);
    let mut deaf = Vec::new();
    for _ in 0..16 {
        let mut client = Client::connect_with_little_room(&server).await;
        // Until no more goes through, because the server no longer reads while it cannot write.
        while let Ok(Ok(())) = timeout(Duration::from_millis(300), client.0.write_all(&requests)).await {}
        deaf.push(client);
    }
    for number in 0..20 {
        is_delivered(&server, &format!("evt_{number}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_ask_without_a_pause_do_not_shut_deliveries_out() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_CONNECTIONS", "16"));
    let mut restless = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let mut client = Client::connect(&server).await;
        restless.spawn(async move {
            while client.0.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.is_ok() {
                if client.answer().await.is_empty() {
                    return;
                }
            }
        });
    }
    for number in 0..10 {
        is_delivered(&server, &format!("evt_{number}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_application_cannot_use_up_the_places_of_deliveries() {
    let silent_provider = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let url = format!("http://{}", silent_provider.local_addr().unwrap());
    let server = Server::run(headshot(dir.path(), &url).env("HEADSHOT_CONNECTIONS", "16"));
    let body = r#"{"provider": "headshotpro", "email": "ada@example.test"}"#;
    let open = format!(
        "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {API_KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut opening = Vec::new();
    for _ in 0..14 {
        let mut client = Client::connect(&server).await;
        client.send(open.as_bytes()).await;
        opening.push(client);
    }
    sleep(Duration::from_millis(500)).await;
    let mut one_more = Client::connect(&server).await;
    one_more.send(open.as_bytes()).await;
    let answer = timeout(IN_TIME, one_more.answer()).await.expect("an answer at once");
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("server_busy"), "{answer:?}");
    assert!(answer.contains("retry-after: 1"), "{answer:?}");
    is_delivered(&server, "evt_1").await;
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
