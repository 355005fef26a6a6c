//! `GET /healthz` and `GET /readyz`

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::common::{World, eventually, get};

#[tokio::test]
async fn says_that_it_lives_and_is_ready() {
    let world = World::new().await;
    for (path, status) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = world.send(get(path, "")).await;
        assert_eq!((answer.status, answer.json::<Value>()), (StatusCode::OK, json!({ "status": status })));
    }
}

#[tokio::test]
async fn is_not_ready_while_the_store_cannot_be_written() {
    let world = World::new().await;
    let other = rusqlite::Connection::open(world.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = world.send(get("/readyz", "")).await;
    answer.is_problem(503, "store_unavailable");
    assert_eq!((answer.header("retry-after"), answer.problem().detail), ("5", None));
    assert_eq!(world.send(get("/healthz", "")).await.status, StatusCode::OK);
    drop(other);
    eventually("it is ready again", async || world.send(get("/readyz", "")).await.status == StatusCode::OK).await;
}

#[tokio::test]
async fn who_asks_again_and_again_does_not_keep_the_disk_busy() {
    let world = World::new().await;
    let observer = rusqlite::Connection::open(world.database()).unwrap();
    // Another number for each commit of another connection.
    let commits = || observer.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)).unwrap();
    let mut seen = std::collections::BTreeSet::from([commits()]);
    for _ in 0..100 {
        assert_eq!(world.send(get("/readyz", "")).await.status, StatusCode::OK);
        seen.insert(commits());
    }
    assert!(seen.len() < 20, "{} commits to answer 100 requests", seen.len());
}
