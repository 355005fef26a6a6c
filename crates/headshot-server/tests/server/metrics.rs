//! `GET /metrics`, on its own listener.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::common::{API_KEY, MODEL, StandIn, World, client, eventually, get, post, told};
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

/// The metrics of a server that has something to say about each.
async fn everything() -> String {
    let dir = tempfile::tempdir().unwrap();
    let (server, url) = monitored(dir.path()).await;
    is_delivered(&server, "evt_1").await;
    crowd::waiting_request(&server).await;
    read(&url).await
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
        "headshot_deliveries_total{provider=\"headshotpro\",trust=\"body\",code=\"accepted\"} 2",
        "headshot_deliveries_total{provider=\"headshotpro\",trust=\"none\",code=\"signature_mismatch\"} 1",
        "headshot_queued_writes 0",
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
    let text = everything().await;
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
async fn the_dashboard_shows_every_metric_and_no_other() {
    let text = everything().await;
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let told: BTreeSet<_> = types
        .map(|(name, kind)| match kind {
            "counter" => format!("{name}_total"),
            "histogram" => format!("{name}_bucket"),
            _ => name.to_owned(),
        })
        .collect();
    let dashboard: Value = serde_json::from_str(include_str!("../../grafana.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let queries = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let queries = queries.map(|query| query["expr"].as_str().unwrap());
    let words = queries.flat_map(|query| query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let shown: BTreeSet<_> = words.filter(|word| word.starts_with("headshot_")).map(str::to_owned).collect();
    assert_eq!(shown, told);
}

/// The number that a line of the metrics ends with.
pub(crate) async fn number(world: &World, line: &str) -> Option<f64> {
    let answer = headshot_server::metrics(Arc::clone(&world.app)).oneshot(get("/metrics", "")).await.unwrap();
    let text = String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
    text.lines().find_map(|other| other.strip_prefix(line)?.strip_prefix(' ')?.parse().ok())
}

/// These numbers, in this order.
async fn numbers<const COUNT: usize>(world: &World, lines: [&str; COUNT]) -> [Option<f64>; COUNT] {
    let mut numbers = [None; COUNT];
    for (number_of, line) in numbers.iter_mut().zip(lines) {
        *number_of = number(world, line).await;
    }
    numbers
}

#[tokio::test]
async fn work_ages_until_it_is_done() {
    let (world, _) = World::with_session().await;
    let lines = [
        r#"headshot_work_due{provider="headshotpro",lane="refresh_session"}"#,
        r#"headshot_work_age_seconds{provider="headshotpro",lane="refresh_session"}"#,
    ];
    assert_eq!(numbers(&world, lines).await, [Some(0.0), Some(0.0)]);
    world.clock.advance(Duration::from_mins(10));
    assert_eq!(numbers(&world, lines).await, [Some(1.0), Some(570.0)]);
    world.work().await;
    assert_eq!(numbers(&world, lines).await, [Some(0.0), Some(0.0)]);
}

#[tokio::test]
async fn calls_of_a_provider_are_counted_and_what_is_left_of_its_quota_is_told() {
    let world = World::new().await;
    let lines = [
        r#"headshot_provider_calls_total{provider="headshotpro"}"#,
        r#"headshot_provider_calls_left{provider="headshotpro"}"#,
    ];
    assert_eq!(numbers(&world, lines).await, [Some(0.0), Some(60.0)]);
    world.open().await;
    assert_eq!(numbers(&world, lines).await, [Some(1.0), Some(59.0)]);
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(numbers(&world, lines).await, [Some(1.0), Some(60.0)]);
    world.provider.answer_next(429, &json!({}));
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
    world.send(post("/v1/sessions", API_KEY, &body)).await.is_problem(503, "provider_busy");
    assert_eq!(numbers(&world, lines).await, [Some(2.0), Some(0.0)]);
}

#[tokio::test]
async fn photos_wait_and_are_copied_or_lost() {
    let (world, _) = World::with_session().await;
    let lines = ["headshot_photos_waiting", "headshot_photos_copied_total", "headshot_photos_lost_to_expiry_total"];
    let listed = |ids: &[&str]| world.provider.set_photos(ids.iter().map(|id| world.provider.photo(id)).collect());
    world.provider.finish(MODEL, &["copied", "withdrawn", "expired"]);
    world.provider.refuse_image("withdrawn", 500);
    world.provider.refuse_image("expired", 500);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    assert_eq!(numbers(&world, lines).await, [Some(2.0), Some(1.0), Some(0.0)]);
    listed(&["copied", "expired"]);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    assert_eq!(numbers(&world, lines).await, [Some(1.0), Some(1.0), Some(0.0)], "its link had not ended");
    world.clock.advance(Duration::from_hours(48));
    listed(&["copied"]);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    assert_eq!(numbers(&world, lines).await, [Some(0.0), Some(1.0), Some(1.0)]);
}

#[tokio::test]
async fn events_age_until_they_are_told() {
    let (_host, world) = told().await;
    let lines = ["headshot_outbox_due", "headshot_outbox_age_seconds"];
    world.open().await;
    world.clock.advance(Duration::from_mins(5));
    assert_eq!(numbers(&world, lines).await, [Some(1.0), Some(300.0)]);
    headshot_server::forward::run_due(&world.app).await.unwrap();
    assert_eq!(numbers(&world, lines).await, [Some(0.0), Some(0.0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_listener_for_monitoring_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    let (server, url) = monitored(dir.path()).await;
    let status = async |url: String| client().get(url).send().await.unwrap().status();
    assert_eq!(status(format!("{}/metrics", server.url)).await, StatusCode::NOT_FOUND);
    assert_eq!(status(url.replace("/metrics", "/v1/sessions/x")).await, StatusCode::NOT_FOUND);
}
