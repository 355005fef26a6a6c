//! Servers whose photos are in S3: their start, their commands, and several of them.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use axum::http::StatusCode;
use headshot_api::State;
use serde_json::{Value, json};

use crate::common::postgres::Cluster;
use crate::common::s3::{Fault, HASTY, KEY_ID, S3, SECRET, TOKEN};
use crate::common::{API_KEY, MODEL, StandIn, World, client, event, eventually, get, png, post_delivery};
use crate::process::{Server, bare, headshot, said};

/// A world whose photos are in S3.
async fn world(s3: &S3) -> World {
    World::patient(|args| s3.set_up(&mut args.files), HASTY).await
}

fn server(dir: &Path, s3: &S3, provider: &StandIn) -> Command {
    let mut command = headshot(dir, &provider.url);
    command.envs(s3.variables()).env("HEADSHOTPRO_PHOTO_HOSTS", provider.url.replace("http://", ""));
    command.env("TMPDIR", dir);
    command
}

/// A session whose photos the provider has just finished, by the machine's clock.
async fn finish(url: &str, provider: &StandIn) -> String {
    let open = client().post(format!("{url}/v1/sessions")).bearer_auth(API_KEY);
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string();
    let answer = open.header("content-type", "application/json").body(body).send().await.unwrap();
    let opened: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    provider.finish(MODEL, &["p1", "p2"]);
    provider.set_photos(["p1", "p2"].map(|id| lasting(provider, id)).into());
    let now = jiff::Timestamp::now();
    let told = event("evt_1", "model.photos_ready", MODEL, "active", now);
    assert_eq!(post_delivery(&client(), url, &told, now).await.unwrap(), 200);
    opened["session"]["id"].as_str().unwrap().to_owned()
}

fn lasting(provider: &StandIn, id: &str) -> Value {
    let mut photo = provider.photo(id);
    photo["expiresAt"] = "2999-01-01T00:00:00.000Z".into();
    photo
}

async fn photos(url: &str, session: &str) -> Vec<String> {
    let answer = client().get(format!("{url}/v1/sessions/{session}")).bearer_auth(API_KEY).send().await.unwrap();
    let read: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    read["photos"].as_array().unwrap().iter().map(|photo| photo["id"].as_str().unwrap().to_owned()).collect()
}

async fn picture(url: &str, photo: &str) -> Vec<u8> {
    let answer = client().get(format!("{url}/v1/photos/{photo}")).bearer_auth(API_KEY).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().into()
}

async fn copied(url: &str, session: &str) -> Vec<String> {
    eventually("the photos are copied", async || photos(url, session).await.len() == 2).await;
    photos(url, session).await
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_shown_by_the_server_alone_as_they_are_from_a_folder() {
    let s3 = S3::new();
    let world = world(&s3).await;
    let (session, _) = world.open().await;
    world.provider.finish(MODEL, &["p1", "p2"]);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    let session = world.session(&session.id).await;
    assert_eq!((session.state.clone(), world.pictures(&session).await), (State::Ready, vec![png("p1"), png("p2")]));
    assert!(session.photos.iter().all(|photo| photo.url.starts_with("https://photos.example.test/v1/photos/")));
    let path = session.photos[0].url.strip_prefix("https://photos.example.test").unwrap();
    let answer = world.send(get(path, "")).await;
    assert_eq!(answer.header("content-length"), png("p1").len().to_string());
    let mut again = get(path, "");
    again.headers_mut().insert("if-none-match", answer.headers["etag"].clone());
    assert_eq!(world.send(again).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(s3.objects().await.len(), 2);
    world.send(crate::common::delete(&format!("/v1/sessions/{}", session.id), API_KEY)).await;
    world.work().await;
    assert!(s3.objects().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_not_the_one_that_was_kept_is_not_shown() {
    let s3 = S3::new();
    let world = world(&s3).await;
    let (session, _) = world.open().await;
    world.provider.finish(MODEL, &["p1"]);
    world.tell("model.photos_ready", "active").await;
    world.work().await;
    let photo = world.session(&session.id).await.photos.remove(0);
    let path = photo.url.strip_prefix("https://photos.example.test").unwrap();
    s3.overwrite(&format!("photos/{}", photo.id), png("p2")).await;
    let answer = world.send(get(&format!("/v1/photos/{}", photo.id), "")).await;
    answer.is_problem(403, "link_refused");
    let request = get(path, "");
    let answer = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers()["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_ready_and_says_what_it_does_without_while_its_storage_is_away() {
    let (s3, front) = S3::with_front().await;
    let world = world(&s3).await;
    let ready = async || world.send(get("/readyz", "")).await;
    assert_eq!(ready().await.json::<Value>(), json!({"status": "ready"}));
    let (session, _) = world.open().await;
    world.provider.finish(MODEL, &["p1"]);
    for fault in [Fault::Broken, Fault::Slow, Fault::Forged, Fault::NoBucket] {
        front.play(fault);
        eventually("it says so", async || ready().await.json::<Value>()["status"] == "degraded").await;
        let answer = ready().await;
        let told = json!({"status": "degraded", "code": "photos_unavailable"});
        assert_eq!((answer.status, answer.json::<Value>()), (StatusCode::OK, told));
        world.tell("model.photos_ready", "active").await;
        front.play(None);
        eventually("it is ready again", async || ready().await.json::<Value>()["status"] == "ready").await;
    }
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(world.session(&session.id).await.photos.len(), 1);
}

/// What is wrong for good ends a start, with what to do about it.
#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_says_no_ends_the_start() {
    let (provider, s3) = (StandIn::start().await, S3::new());
    let other = s3.address().replace("s3://faces/", "s3://nobodys/");
    let cases = [
        ("HEADSHOT_PHOTOS_SECRET_ACCESS_KEY", "another-secret", "the credentials are not accepted"),
        ("HEADSHOT_PHOTOS_ACCESS_KEY_ID", "AKIDOFNOBODY", "the credentials are not accepted"),
        ("HEADSHOT_PHOTOS_SESSION_TOKEN", "another-token", "the credentials are not accepted"),
        ("HEADSHOT_PHOTOS", &other, "there is no bucket of this name"),
    ];
    for (variable, value, told) in cases {
        let dir = tempfile::tempdir().unwrap();
        let mut command = server(dir.path(), &s3, &provider);
        let output = command.env(variable, value).stderr(std::process::Stdio::piped()).output().unwrap();
        let (code, _, errors) = said(&output);
        assert_eq!(code, Some(1), "{errors}");
        assert!(errors.contains("cannot start: photos_refused: ") && errors.contains(told), "{variable}: {errors}");
        assert!(!errors.contains(SECRET) && !errors.contains("Signature="), "{errors}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_a_place_for_photos_on_their_way_ends_the_start() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    let mut command = server(dir.path(), &s3, &provider);
    let output = command.env("TMPDIR", "/nowhere").stderr(std::process::Stdio::piped()).output().unwrap();
    let (code, _, errors) = said(&output);
    assert_eq!(code, Some(1));
    assert!(errors.contains("cannot start: /nowhere: ") && errors.contains("TMPDIR"), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_without_its_storage_and_takes_deliveries() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let away = s3.at(&format!("http://{}", closed.local_addr().unwrap()));
    drop(closed);
    let running = Server::run(&mut server(dir.path(), &away, &provider));
    let session = finish(&running.url, &provider).await;
    running.stop();
    assert!(fs::read_to_string(dir.path().join("log")).unwrap().contains("started without the storage of photos"));
    let running = Server::run(&mut server(dir.path(), &s3, &provider));
    assert_eq!(copied(&running.url, &session).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_no_secret_however_much_it_shows() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    let mut command = server(dir.path(), &s3, &provider);
    let running = Server::run(command.env("HEADSHOT_LOG", "trace").env("HEADSHOT_PHOTOS_SESSION_TOKEN", TOKEN));
    let session = finish(&running.url, &provider).await;
    let photos = copied(&running.url, &session).await;
    assert_eq!(picture(&running.url, &photos[0]).await, png("p1"));
    running.stop();
    let log = fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.contains("TRACE"));
    for secret in [SECRET, TOKEN, KEY_ID, "X-Amz-Signature"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_read_again_on_sighup() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    let token = dir.path().join("token");
    fs::write(&token, TOKEN).unwrap();
    let mut command = server(dir.path(), &s3, &provider);
    let running = Server::run(command.env("HEADSHOT_PHOTOS_SESSION_TOKEN_FILE", &token));
    let renewed = async |text: &str, status: &str| {
        fs::write(&token, text).unwrap();
        running.signal("HUP");
        eventually(status, async || {
            let answer = client().get(format!("{}/readyz", running.url)).send().await.unwrap();
            let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            answer["status"] == status
        })
        .await;
    };
    renewed("an-expired-token", "degraded").await;
    renewed(TOKEN, "ready").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_on_one_database_share_a_storage() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    let address = Cluster::shared().database().await;
    let start =
        || Server::run(server(dir.path(), &s3, &provider).env("HEADSHOT_DATABASE_URL", &address).current_dir(&dir));
    let (mut one, other) = (start(), start());
    let session = finish(&one.url, &provider).await;
    let photos = copied(&other.url, &session).await;
    one.kill();
    for (photo, name) in photos.iter().zip(["p1", "p2"]) {
        assert_eq!(picture(&other.url, photo).await, png(name));
    }
    assert_eq!(s3.objects().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_of_another_database_is_not_opened() {
    let (provider, s3) = (StandIn::start().await, S3::new());
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Server::run(&mut server(dir.path(), &s3, &provider)).stop();
    let mut command = server(other.path(), &s3, &provider);
    let (code, _, errors) = said(&command.stderr(std::process::Stdio::piped()).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(errors.contains("belongs to another database"), "{errors}");
}

/// A command beside the server, told the same as it.
fn beside(server: &Command, args: &[&str], dir: &Path) -> (Option<i32>, String, String) {
    let variables = server.get_envs().filter_map(|(name, value)| Some((name, value?)));
    said(&bare(args).envs(variables).current_dir(dir).output().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tries_the_storage_and_leaves_nothing_there() {
    let (provider, (s3, front)) = (StandIn::start().await, S3::with_front().await);
    let dir = tempfile::tempdir().unwrap();
    let command = server(dir.path(), &s3, &provider);
    let _running = Server::run(&mut server(dir.path(), &s3, &provider));
    let examined = || {
        let (code, out, errors) = beside(&command, &["doctor", "--json"], dir.path());
        assert_eq!(errors, "");
        assert!(!out.contains(SECRET) && !out.contains("Signature="), "{out}");
        let findings = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let storage = findings.into_iter().find(|finding| finding["check"] == "photo storage").unwrap();
        assert!(storage["level"] == "ok" || code == Some(1));
        (storage["level"].as_str().unwrap().to_owned(), storage["found"].as_str().unwrap().to_owned())
    };
    let (level, found) = examined();
    assert_eq!(
        (level.as_str(), found.as_str()),
        ("ok", &*format!("{} takes, gives and removes objects, and is this database's", s3.name()))
    );
    assert!(s3.objects().await.is_empty());
    for (fault, told) in [
        (Fault::Broken, "photos_unavailable"),
        (Fault::Forged, "the credentials are not accepted"),
        (Fault::NoBucket, "there is no bucket of this name"),
        (Fault::Spoiled, "BadDigest"),
    ] {
        front.play(fault);
        let (level, found) = examined();
        assert!(level == "fail" && found.contains(told), "{fault:?}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_the_database_alone_and_says_where_the_photos_stay() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    let command = server(dir.path(), &s3, &provider);
    let running = Server::run(&mut server(dir.path(), &s3, &provider));
    let session = finish(&running.url, &provider).await;
    copied(&running.url, &session).await;
    let (code, out, errors) = beside(&command, &["backup", "kept"], dir.path());
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let stays = format!("its photos stay in {}, which this backup does not hold\n", s3.name());
    assert!(out.starts_with("backed up the database alone to kept, ") && out.ends_with(&stays), "{out}");
    running.stop();
    let there = tempfile::tempdir().unwrap();
    let from = dir.path().join("kept");
    let database = format!("sqlite:{}", there.path().join("headshot.db").display());
    let restore = ["restore", from.to_str().unwrap(), "--database-url", &database];
    let (code, _, errors) = said(&bare(&restore).output().unwrap());
    assert_eq!(code, Some(2));
    assert!(errors.contains("photos_elsewhere") && errors.contains(&s3.name()), "{errors}");
    let (code, out, errors) = beside(&command, &restore, there.path());
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(out.ends_with(&format!("its photos are those that {} has now\n", s3.name())), "{out}");
    let restored = Server::run(server(there.path(), &s3, &provider).env("HEADSHOT_DATABASE_URL", &database));
    let photos = copied(&restored.url, &session).await;
    assert_eq!(picture(&restored.url, &photos[1]).await, png("p2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_holds_photos_is_restored_to_folders() {
    let (provider, s3, dir) = (StandIn::start().await, S3::new(), tempfile::tempdir().unwrap());
    Server::start(dir.path(), &provider.url).stop();
    let command = headshot(dir.path(), &provider.url);
    assert_eq!(beside(&command, &["backup", "kept"], dir.path()).0, Some(0));
    let there = tempfile::tempdir().unwrap();
    let from = dir.path().join("kept");
    let database = format!("sqlite:{}", there.path().join("headshot.db").display());
    let mut restore = bare(&["restore", from.to_str().unwrap(), "--database-url", &database]);
    let (code, _, errors) = said(&restore.envs(s3.variables()).output().unwrap());
    assert_eq!(code, Some(2));
    assert!(errors.contains("photos_in_backup"), "{errors}");
}
