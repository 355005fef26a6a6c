//! Webhooks against the real server process: what it acknowledged, it keeps.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, ensure};
use headshot_api::Session;
use headshot_tests::{
    http::client,
    session::{open_session, show_finished_photos},
    stage::{Stage, WEBHOOK_SECRET},
    wait::until,
};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Response};
use serde_json::Value;
use sha2::Sha256;
use tempfile::TempDir;
use tokio::{sync::Mutex, task::JoinSet};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_killed_server() -> Result<()> {
    let pages = TempDir::new()?;
    let mut stage = Stage::start(pages.path(), 1).await?;
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let mut senders = send_until_refused(&stage.server, &acknowledged);
    while acknowledged.lock().await.len() < 100 {
        tokio::task::yield_now().await;
    }
    stage.kill_server().await?;
    while senders.join_next().await.is_some() {}

    stage.start_server().await?;
    let acknowledged = acknowledged.lock().await;
    for number in acknowledged.iter() {
        let answer: Value = deliver(&client(), &stage.server, number).await?.json().await?;
        ensure!(answer["status"] == "duplicate", "delivery {number} was acknowledged and lost: {answer}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_delivery_is_refused_and_leaves_no_trace() -> Result<()> {
    let pages = TempDir::new()?;
    let stage = Stage::start(pages.path(), 1).await?;
    let client = client();
    let forged = signed(&client, &stage.server, "forged", "not the secret").send().await?;
    ensure!(forged.status() == 401, "a forged delivery was answered {}", forged.status());
    let problem: Value = forged.json().await?;
    ensure!(problem["code"] == "signature_mismatch", "{problem}");
    // Its event id was not remembered: the genuine event of that id is new.
    let genuine: Value = deliver(&client, &stage.server, "forged").await?.json().await?;
    ensure!(genuine["status"] == "recorded", "{genuine}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_away_catches_up() -> Result<()> {
    let pages = TempDir::new()?;
    let mut stage = Stage::start(pages.path(), 100).await?;
    let opened = open_session(&stage).await?;
    stage.kill_server().await?;
    show_finished_photos(&stage).await?;
    stage.start_server().await?;
    until("the chosen photo's copy", async || {
        let url = format!("{}/v1/sessions/{}", stage.server, opened.session.id);
        let answer = client().get(url).bearer_auth(&opened.client_token.token).send().await?;
        let session: Session = answer.error_for_status()?.json().await?;
        Ok(session.favorite_photo().map(|_| ()))
    })
    .await
}

/// Four senders, each as fast as it can, until the server is gone; collects the ids that were answered 200.
fn send_until_refused(server: &str, acknowledged: &Arc<Mutex<Vec<String>>>) -> JoinSet<()> {
    let mut senders = JoinSet::new();
    for sender in 0..4 {
        let (server, acknowledged) = (server.to_owned(), Arc::clone(acknowledged));
        senders.spawn(async move {
            let client = client();
            for count in 0..5_000 {
                let id = format!("{sender}-{count}");
                match deliver(&client, &server, &id).await {
                    Ok(answer) if answer.status() == 200 => acknowledged.lock().await.push(id),
                    _ => return,
                }
            }
        });
    }
    senders
}

async fn deliver(client: &Client, server: &str, id: &str) -> Result<Response> {
    Ok(signed(client, server, id, WEBHOOK_SECRET).send().await?)
}

fn signed(client: &Client, server: &str, id: &str, secret: &str) -> reqwest::RequestBuilder {
    let body = format!(
        r#"{{"id":"evt_{id}","event":"model.status.updated","createdAt":"2026-01-02T03:04:05.000Z",
            "objectType":"model","object":{{"_id":"65a000000000000000000001","status":"pending"}}}}"#
    );
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
    mac.update(format!("{now}.{body}").as_bytes());
    let tag = hex(&mac.finalize().into_bytes());
    client
        .post(format!("{server}/v1/webhooks/headshotpro"))
        .header("content-type", "application/json")
        .header("x-headshotpro-timestamp", now)
        .header("x-headshotpro-signature", format!("sha256={tag}"))
        .body(body)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
