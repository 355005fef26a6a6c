//! What only the SQLite store does.

use headshot_server::store::{SqliteStore, Store};

use crate::common::{World, get, store};

#[tokio::test]
async fn a_second_process_is_refused() {
    let (_store, dir) = store();
    let error = SqliteStore::open(&dir.path().join("headshot.db")).err().unwrap();
    assert!(error.to_string().contains("another process has it open"), "{error}");
}

#[tokio::test]
async fn the_link_key_outlives_the_process() {
    let (store, dir) = store();
    let key = store.link_key().await.unwrap();
    drop(store);
    let reopened = SqliteStore::open(&dir.path().join("headshot.db")).unwrap();
    assert_eq!(reopened.link_key().await.unwrap(), key);
}

#[tokio::test]
async fn sessions_and_tokens_outlive_the_process() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let world = world.reopened().await;
    let answer = world.send(get(&format!("/v1/sessions/{}", session.id), &token)).await;
    assert_eq!(answer.json::<headshot_api::Session>(), session);
}
