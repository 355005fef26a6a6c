//! `headshot backup` under load, `headshot restore`, and the same answers.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{API_KEY, Load, MODEL, StandIn, client, event, eventually, png, post_delivery};
use crate::process::{Server, headshot, tell};

/// A server with one finished session.
struct Running {
    server: Server,
    provider: StandIn,
    dir: tempfile::TempDir,
    session: String,
}

impl Running {
    async fn new() -> Self {
        let provider = StandIn::start().await;
        let dir = tempfile::tempdir().unwrap();
        let server = start(dir.path(), &provider);
        let body = json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string();
        let request = client().post(format!("{}/v1/sessions", server.url)).bearer_auth(API_KEY);
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        let opened: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let session = opened["session"]["id"].as_str().unwrap().to_owned();
        provider.finish(MODEL, &["p1", "p2"]);
        // By the machine's clock their links still work.
        let photos = ["p1", "p2"].map(|id| {
            let mut photo = provider.photo(id);
            photo["expiresAt"] = "2999-01-01T00:00:00.000Z".into();
            photo
        });
        provider.set_photos(photos.into());
        let running = Self { server, provider, dir, session };
        assert_eq!(deliver(&running.server.url, "evt_ready", MODEL).await, 200);
        eventually("the photos are copied", async || {
            read(&running.server.url, &running.session).await["photos"].as_array().unwrap().len() == 2
        })
        .await;
        running
    }

    fn tell(&self, args: &[&str]) -> (Option<i32>, String, String) {
        tell(self.dir.path(), args)
    }

    fn photos(&self) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(self.dir.path().join("headshot.db.photos")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("pho_")).collect()
    }
}

fn start(dir: &Path, provider: &StandIn) -> Server {
    let hosts = provider.url.replace("http://", "");
    Server::run(headshot(dir, &provider.url).env("HEADSHOTPRO_PHOTO_HOSTS", hosts))
}

async fn deliver(url: &str, id: &str, model: &str) -> u16 {
    let now = jiff::Timestamp::now();
    post_delivery(&client(), url, &event(id, "model.photos_ready", model, "active", now), now).await.unwrap()
}

/// The session as the server answers, without the signatures of links, which change with time.
async fn read(url: &str, session: &str) -> Value {
    let answer = client().get(format!("{url}/v1/sessions/{session}")).bearer_auth(API_KEY).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut read: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    for photo in read["photos"].as_array_mut().unwrap() {
        photo["url"] = photo["url"].as_str().unwrap().split('?').next().unwrap().into();
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_backed_up_under_load_gives_the_same_answers() {
    let running = Running::new().await;
    let url = running.server.url.clone();
    let load = Load::of(move |id| {
        let url = url.clone();
        async move { deliver(&url, &id, "another").await }
    });
    eventually("there is load", async || load.answered() >= 20).await;
    let before = load.answered();
    let (code, out, errors) = running.tell(&["backup", "kept/today"]);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(out.starts_with("backed up the database and 2 files to kept/today"), "{out}");
    eventually("deliveries go on", async || load.answered() > before + 4).await;
    load.end().await;
    let answer = read(&running.server.url, &running.session).await;
    let other = tempfile::tempdir().unwrap();
    let from = running.dir.path().join("kept/today");
    let (code, out, errors) = tell(other.path(), &["restore", from.to_str().unwrap()]);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(out.starts_with("restored the database and 2 files as they were at "), "{out}");
    let restored = start(other.path(), &running.provider);
    assert_eq!(read(&restored.url, &running.session).await, answer);
    for (photo, name) in answer["photos"].as_array().unwrap().iter().zip(["p1", "p2"]) {
        let url = format!("{}/v1/photos/{}", restored.url, photo["id"].as_str().unwrap());
        let photo = client().get(url).bearer_auth(API_KEY).send().await.unwrap();
        assert_eq!(photo.bytes().await.unwrap(), png(name));
    }
    let kept = tell(other.path(), &["deliveries", "list", "--limit", "100000", "--json"]).1;
    assert!(kept.lines().count() >= before, "{} of {before}", kept.lines().count());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten() {
    let running = Running::new().await;
    assert_eq!(running.tell(&["backup", "b"]).0, Some(0));
    let (code, _, errors) = running.tell(&["backup", "b"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("b: the folder is not empty"), "{errors}");
    let (code, _, errors) = running.tell(&["restore", "b"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("headshot.db: there is something already"), "{errors}");
    let (code, _, errors) = running.tell(&["restore", "b", "--database-url", "sqlite:new.db", "--photo-dir", "b"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("b: there is something already"), "{errors}");
    assert!(!running.dir.path().join("new.db").exists());
    fs::write(running.dir.path().join("new.db-wal"), "what another database left").unwrap();
    let (code, _, errors) = running.tell(&["restore", "b", "--database-url", "sqlite:new.db"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("new.db-wal: there is something already"), "{errors}");
    assert_eq!(read(&running.server.url, &running.session).await["photos"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_broke_off_or_was_damaged_is_not_restored() {
    let running = Running::new().await;
    assert_eq!(running.tell(&["backup", "b"]).0, Some(0));
    let backup = running.dir.path().join("b");
    let restore = || running.tell(&["restore", "b", "--database-url", "sqlite:new/new.db"]);
    let spoil = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, [&bytes[..bytes.len() - 1], b"?"].concat()).unwrap();
        let answer = restore();
        fs::write(path, bytes).unwrap();
        answer
    };
    let photo = backup.join("photos").join(running.photos()[0].file_name().unwrap());
    for path in [&photo, &backup.join("headshot.db")] {
        let (code, out, errors) = spoil(path);
        assert_eq!((code, out.as_str()), (Some(1), ""));
        assert!(errors.contains("is not the one that was backed up"), "{errors}");
    }
    fs::rename(backup.join("backup.json"), backup.join("other.json")).unwrap();
    let (code, _, errors) = restore();
    assert_eq!(code, Some(1));
    assert!(errors.contains("the folder holds no finished backup"), "{errors}");
    assert!(!running.dir.path().join("new/new.db").exists());
    fs::rename(backup.join("other.json"), backup.join("backup.json")).unwrap();
    let folder = running.dir.path().join("new/new.db.photos");
    fs::create_dir_all(folder.join(".restoring")).unwrap();
    fs::write(folder.join(".restoring/pho_left"), "by an attempt that broke off").unwrap();
    assert_eq!(restore().0, Some(0));
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    let photos = running.photos().into_iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let mut expected: Vec<_> = photos.chain([".headshot-store".to_owned()]).collect();
    expected.sort();
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_that_people_uploaded_are_backed_up_too() {
    let mut running = Running::new().await;
    running.server.kill();
    let upload = "upl_0123456789abcdef0123456789abcdef";
    fs::write(running.dir.path().join("headshot.db.uploads").join(upload), "hello").unwrap();
    let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    let sql = format!(
        "INSERT INTO uploads (id, session_id, name, sha256, md5, media_type, size_bytes, width, height, received_at)
         SELECT '{upload}', id, 'me', '{sha256}', x'00', 'image/png', 5, 1, 1, 1 FROM sessions"
    );
    rusqlite::Connection::open(running.dir.path().join("headshot.db")).unwrap().execute_batch(&sql).unwrap();
    assert_eq!(running.tell(&["backup", "b"]).0, Some(0));
    let answer = running.tell(&["restore", "b", "--database-url", "sqlite:new.db", "--json"]);
    assert_eq!((answer.0, answer.1.contains("\"files\":3")), (Some(0), true), "{answer:?}");
    assert_eq!(fs::read_to_string(running.dir.path().join("new.db.uploads").join(upload)).unwrap(), "hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_whose_file_is_lost_is_named_and_the_rest_backed_up() {
    let running = Running::new().await;
    let lost = running.photos().remove(0);
    fs::remove_file(&lost).unwrap();
    let (code, out, _) = running.tell(&["backup", "b"]);
    assert_eq!(code, Some(1));
    let name = lost.file_name().unwrap().to_str().unwrap();
    assert!(out.contains(&format!("missing: the database names the file {name}")), "{out}");
    assert_eq!(running.tell(&["restore", "b", "--database-url", "sqlite:new.db"]).0, Some(0));
}
