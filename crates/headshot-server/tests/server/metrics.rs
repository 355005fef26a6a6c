//! `GET /metrics`, on its own listener.

use axum::http::StatusCode;

use crate::common::{StandIn, client, eventually};
use crate::edge::slow::FORGED;
use crate::edge::{Client, crowd, delivery_head, is_delivered};
use crate::process::{Server, headshot};
use crate::readme::table;

/// A server with monitoring, and where its metrics are.
async fn monitored(dir: &std::path::Path) -> (Server, String) {
    let provider = StandIn::start().await;
    let server = Server::run(headshot(dir, &provider.url).env("HEADSHOT_METRICS_LISTEN", "127.0.0.1:0"));
    (server, url(dir).await)
}

/// Where the metrics are of the server whose log is in the folder.
pub(crate) async fn url(dir: &std::path::Path) -> String {
    let mut url = None;
    eventually("the log names the address", async || {
        let log = std::fs::read_to_string(dir.join("log")).unwrap();
        url = log.lines().find_map(|line| line.split_once("metrics at ")).map(|(_, url)| url.to_owned());
        url.is_some()
    })
    .await;
    url.unwrap()
}

pub(crate) async fn read(url: &str) -> String {
    let answer = client().get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let (server, url) = monitored(dir.path()).await;
    is_delivered(&server, "evt_1").await;
    is_delivered(&server, "evt_2").await;
    let now = jiff::Timestamp::now().as_second().to_string();
    let mut forger = Client::connect(&server).await;
    forger.send(&[delivery_head(&now, FORGED, 2), b"{}".to_vec()].concat()).await;
    assert!(forger.answer().await.starts_with("HTTP/1.1 401"));
    let mut browser = Client::connect(&server).await;
    browser.send(crowd::waiting_request(&server).await.as_bytes()).await;
    eventually("a browser waits", async || read(&url).await.contains("headshot_waiting_requests 1\n")).await;
    let text = read(&url).await;
    for line in [
        "headshot_deliveries_total{provider=\"headshotpro\",code=\"accepted\"} 2",
        "headshot_deliveries_total{provider=\"headshotpro\",code=\"signature_mismatch\"} 1",
        "headshot_commit_failures_total 0",
        "headshot_connections_given_up_total 0",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}: {text}");
    }
    assert!(!text.contains("headshot_commit_seconds_count 0"), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readme_lists_every_metric() {
    let dir = tempfile::tempdir().unwrap();
    let (server, url) = monitored(dir.path()).await;
    is_delivered(&server, "evt_1").await;
    let text = read(&url).await;
    let told = |kind: &str| -> Vec<(String, String)> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("# ")?.strip_prefix(kind)?.trim().split_once(' '));
        lines.map(|(name, rest)| (name.to_owned(), rest.trim_end_matches('.').to_owned())).collect()
    };
    let metrics = told("HELP").into_iter().zip(told("TYPE")).map(|((name, help), (_, kind))| {
        let suffix = if kind == "counter" { "_total" } else { "" };
        vec![format!("`{name}{suffix}`"), kind, help]
    });
    assert_eq!(table("| Metric | Type |"), metrics.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_listener_for_monitoring_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    let (server, url) = monitored(dir.path()).await;
    let status = async |url: String| client().get(url).send().await.unwrap().status();
    assert_eq!(status(format!("{}/metrics", server.url)).await, StatusCode::NOT_FOUND);
    assert_eq!(status(url.replace("/metrics", "/v1/sessions/x")).await, StatusCode::NOT_FOUND);
}
