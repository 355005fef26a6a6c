//! `GET /healthz` and `GET /readyz`

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::common::{World, get};

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
    assert_eq!(world.send(get("/readyz", "")).await.status, StatusCode::OK);
}
