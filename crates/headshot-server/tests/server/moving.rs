//! `headshot move`: from a SQLite file to a PostgreSQL database, whatever happens on the way.

use std::collections::BTreeMap;
use std::path::Path;

use headshot_server::store::{MoveError, PostgresAddress, Progress, SqliteStore, cancel, move_state};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::postgres::{Cluster, connect};
use crate::common::{API_KEY, MODEL, StandIn, client, event, eventually, post_delivery};
use crate::process::{Server, bare, headshot, operate, said, tell};

fn database(dir: &Path) -> std::path::PathBuf {
    dir.join("headshot.db")
}

async fn get(url: &str, path: &str) -> Value {
    let answer = client().get(format!("{url}{path}")).bearer_auth(API_KEY).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The session and all events as the server tells them, without the signatures of links, which change with time.
async fn told(server: &Server, session: &str) -> [Value; 2] {
    let mut read = get(&server.url, &format!("/v1/sessions/{session}")).await;
    for photo in read["photos"].as_array_mut().unwrap() {
        photo["url"] = photo["url"].as_str().unwrap().split('?').next().unwrap().into();
    }
    [read, get(&server.url, "/v1/events").await]
}

async fn deliver(server: &Server, id: &str, kind: &str, status: &str) {
    let now = jiff::Timestamp::now();
    let told = event(id, kind, MODEL, status, now);
    assert_eq!(post_delivery(&client(), &server.url, &told, now).await.unwrap(), 200);
}

/// A file with a finished session and its photos, as a server left it; answers with what that server said.
async fn left_by_a_server(dir: &Path, provider: &StandIn) -> (String, [Value; 2]) {
    let hosts = provider.url.replace("http://", "");
    let server = Server::run(headshot(dir, &provider.url).env("HEADSHOTPRO_PHOTO_HOSTS", hosts));
    let body = json!({"provider": "headshotpro", "email": "ada@example.test", "reference": "nul\u{0} ünï"}).to_string();
    let request = client().post(format!("{}/v1/sessions", server.url)).bearer_auth(API_KEY);
    let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
    let opened: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let session = opened["session"]["id"].as_str().unwrap().to_owned();
    deliver(&server, "evt_begun", "model.status.updated", "pending").await;
    provider.finish(MODEL, &["p1"]);
    let mut photo = provider.photo("p1");
    photo["expiresAt"] = "2999-01-01T00:00:00.000Z".into();
    provider.set_photos(vec![photo]);
    deliver(&server, "evt_ready", "model.photos_ready", "active").await;
    eventually("it has its photo", async || told(&server, &session).await[0]["photos"][0].is_object()).await;
    let told = told(&server, &session).await;
    server.stop();
    (session, told)
}

/// A file with so many deliveries.
fn with_deliveries(dir: &Path, count: u32) {
    drop(SqliteStore::open(&database(dir)).unwrap());
    let rows = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO deliveries (provider, event_id, trust, proof, body, body_sha256, received_at)
         SELECT 'headshotpro', 'evt_' || i, 'body', 'timestamped', randomblob(100), randomblob(32), i FROM n"
    );
    Connection::open(database(dir)).unwrap().execute_batch(&rows).unwrap();
}

/// Breaks the move off once so many steps are done.
struct Until(u64);

impl Progress for Until {
    fn begin(&mut self, _: &'static str, _: u64) {}

    fn advance(&mut self, steps: u64) {
        self.0 = self.0.checked_sub(steps).expect("it is enough");
    }
}

async fn broken_off(dir: &Path, address: &str, steps: u64) {
    let (from, to) = (database(dir), PostgresAddress::parse(address).unwrap());
    let moving = async move { move_state(&from, &to, &mut Until(steps)).await };
    assert!(tokio::task::LocalSet::new().run_until(async { tokio::task::spawn_local(moving).await }).await.is_err());
}

/// A file with so many deliveries, and the database that its move was broken off to after so many steps.
async fn begun(deliveries: u32, steps: u64) -> (tempfile::TempDir, String) {
    let (dir, address) = (tempfile::tempdir().unwrap(), Cluster::shared().database().await);
    with_deliveries(dir.path(), deliveries);
    broken_off(dir.path(), &address, steps).await;
    (dir, address)
}

async fn moved(dir: &Path, address: &str) -> Result<BTreeMap<&'static str, u64>, MoveError> {
    let to = PostgresAddress::parse(address).unwrap();
    let moved = move_state(&database(dir), &to, &mut Until(u64::MAX)).await?;
    Ok(moved.tables.into_iter().collect())
}

fn on_postgres(dir: &Path, address: &str, provider: &StandIn) -> std::process::Command {
    let mut command = headshot(dir, &provider.url);
    command.env("HEADSHOT_DATABASE_URL", address).current_dir(dir);
    command.env("HEADSHOT_PHOTO_DIR", "headshot.db.photos").env("HEADSHOT_UPLOAD_DIR", "headshot.db.uploads");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_moved_gives_the_same_answers_and_goes_on() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let (session, before) = left_by_a_server(dir.path(), &provider).await;
    let address = Cluster::shared().database().await;
    let mut command = operate(dir.path(), &["move", "--from", "sqlite:headshot.db"]);
    let (code, out, errors) = said(&command.env("HEADSHOT_DATABASE_URL", &address).output().unwrap());
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("both sides were read and hold the same") && out.contains("1  sessions"), "{out}");

    let server = Server::run(&mut on_postgres(dir.path(), &address, &provider));
    let mut after = told(&server, &session).await;
    // PostgreSQL has no text with a zero in it.
    assert_eq!(after[0]["reference"], "nul\u{fffd} ünï");
    after[0]["reference"] = before[0]["reference"].clone();
    assert_eq!(after, before);
    let link =
        get(&server.url, &format!("/v1/sessions/{session}")).await["photos"][0]["url"].as_str().unwrap().to_owned();
    let link = link.replace("http://localhost:8787", &server.url);
    assert_eq!(client().get(&link).send().await.unwrap().status(), 200);
    // What was kept is still known, and what is new comes after it.
    deliver(&server, "evt_ready", "model.photos_ready", "active").await;
    let removed = client().delete(format!("{}/v1/sessions/{session}", server.url)).bearer_auth(API_KEY).send().await;
    assert!(removed.unwrap().status().is_success());
    let events = get(&server.url, "/v1/events").await["events"].as_array().unwrap().clone();
    let (old, new) = events.split_at(before[1]["events"].as_array().unwrap().len());
    assert_eq!(old, before[1]["events"].as_array().unwrap());
    assert_eq!(new.last().unwrap()["type"], "session.deleted");
    let kept = connect(&address).await.query_one("SELECT count(*), max(seq) FROM deliveries", &[]).await.unwrap();
    assert_eq!((kept.get::<_, i64>(0), kept.get::<_, i64>(1)), (2, 2));

    let (code, _, errors) =
        said(&headshot(dir.path(), &provider.url).stderr(std::process::Stdio::piped()).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(errors.contains("database_moved: the state was moved to test_"), "{errors}");
    let other = Cluster::shared().database().await;
    let again = moved(dir.path(), &other).await.unwrap_err().to_string();
    assert!(again.starts_with("database_moved: "), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_broke_off_goes_on_where_it_was() {
    let (dir, address) = begun(9_000, 5_000).await;
    let there = connect(&address).await;
    let count = async || -> i64 { there.query_one("SELECT count(*) FROM deliveries", &[]).await.unwrap().get(0) };
    let copied = count().await;
    assert!((4_000..9_000).contains(&copied), "{copied}");
    let oldest = "SELECT min(xmin::text::bigint) FROM deliveries";
    let first: i64 = there.query_one(oldest, &[]).await.unwrap().get(0);

    // Nobody takes either side for the whole.
    let error = SqliteStore::open(&database(dir.path())).err().unwrap().to_string();
    assert!(error.contains("move_unfinished: the state is being moved to"), "{error}");
    let to = PostgresAddress::parse(&address).unwrap();
    let error = headshot_server::store::PostgresStore::open(&to, 3).await.err().unwrap().to_string();
    assert!(error.contains("move_unfinished: the state of"), "{error}");

    let tables = moved(dir.path(), &address).await.unwrap();
    assert_eq!((tables["deliveries"], count().await), (9_000, 9_000));
    // What was there was not copied again.
    assert_eq!(there.query_one(oldest, &[]).await.unwrap().get::<_, i64>(0), first);
    headshot_server::store::PostgresStore::open(&to, 3).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_the_file_is_moved() {
    let dir = tempfile::tempdir().unwrap();
    with_deliveries(dir.path(), 1);
    let moved = moved(dir.path(), &Cluster::shared().database().await).await.unwrap();
    let file = Connection::open(database(dir.path())).unwrap();
    let mut names =
        file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(names.len() > 10);
    for name in names {
        assert!(moved.contains_key(name.as_str()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_number_of_what_is_gone_is_given_again() {
    let dir = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(&database(dir.path())).unwrap());
    let gone = "INSERT INTO work (id, provider, kind, subject, due_at) VALUES (41, 'p', 'k', '', 0); DELETE FROM work";
    Connection::open(database(dir.path())).unwrap().execute_batch(gone).unwrap();
    let address = Cluster::shared().database().await;
    moved(dir.path(), &address).await.unwrap();
    for (table, column, next) in [("work", "id", 42), ("deliveries", "seq", 1)] {
        let sql = format!("SELECT nextval(pg_get_serial_sequence('{table}', '{column}'))");
        assert_eq!(connect(&address).await.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0), next, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_holds_something_is_refused_and_the_file_stays_as_it_was() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    with_deliveries(dir.path(), 1);
    let address = Cluster::shared().database().await;
    drop(Server::run(&mut on_postgres(dir.path(), &address, &provider)));
    let error = moved(dir.path(), &address).await.unwrap_err();
    assert!(matches!(&error, MoveError::Refused(why) if why.starts_with("target_not_empty: ")), "{error}");
    SqliteStore::open(&database(dir.path())).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_a_server_has_is_refused() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let _server = Server::start(dir.path(), &provider.url);
    let error = moved(dir.path(), &Cluster::shared().database().await).await.unwrap_err().to_string();
    assert!(error.contains("another process has it open"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_on_the_way_is_found() {
    let (dir, address) = begun(5_000, 3_000).await;
    let there = connect(&address).await;
    there.execute("UPDATE deliveries SET kind = 'other' WHERE seq = 7", &[]).await.unwrap();
    let error = moved(dir.path(), &address).await.unwrap_err().to_string();
    assert!(error.starts_with("move_differs: the table deliveries has other content"), "{error}");
    there.execute("DELETE FROM deliveries WHERE seq = 7", &[]).await.unwrap();
    // One row is copied twice then, and one not at all.
    assert!(moved(dir.path(), &address).await.is_err());
    assert!(SqliteStore::open(&database(dir.path())).is_err(), "nothing is finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_given_up_gives_the_file_back() {
    let (dir, address) = begun(5_000, 3_000).await;
    let (code, out, _) = tell(dir.path(), &["move", "--from", "sqlite:headshot.db", "--cancel"]);
    assert!(code == Some(0) && out.starts_with("given up: "), "{out}");
    drop(SqliteStore::open(&database(dir.path())).unwrap());
    assert!(cancel(&database(dir.path())).unwrap_err().to_string().starts_with("move_unknown: "));
    let error = moved(dir.path(), &address).await.unwrap_err().to_string();
    assert!(error.starts_with("target_not_empty: "), "{error}");
    moved(dir.path(), &Cluster::shared().database().await).await.unwrap();
    let error = cancel(&database(dir.path())).unwrap_err().to_string();
    assert!(error.starts_with("database_moved: "), "{error}");
}

#[test]
fn what_is_no_place_to_move_from_or_to_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let cases = [
        (["--from", "postgres://u@localhost/x", "--to", "postgres://u@localhost/y"], "--from is not `sqlite:`"),
        (["--from", "sqlite:a.db", "--to", "sqlite:b.db"], "--to is no `postgres://` address"),
        (["--from", "a.db", "--to", "postgres://u@localhost/y"], "--from is neither `sqlite:`"),
    ];
    for (args, wrong) in cases {
        let (code, _, errors) = tell(dir.path(), &[&["move"], &args[..]].concat());
        assert!(code == Some(2) && errors.contains(wrong), "{errors}");
    }
    let (code, _, errors) = said(&bare(&["move", "--from", "sqlite:a.db"]).current_dir(dir.path()).output().unwrap());
    assert!(code == Some(2) && errors.contains("--to is missing, and HEADSHOT_DATABASE_URL"), "{errors}");
    let (code, _, errors) = tell(dir.path(), &["move", "--from", "sqlite:none.db", "--to", "postgres://u@localhost/y"]);
    assert!(code == Some(1) && errors.contains("none.db"), "{errors}");
    assert!(!dir.path().join("none.db.lock").exists());
}
