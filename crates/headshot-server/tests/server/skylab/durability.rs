//! What was answered with 201 is there after the process was killed, and nothing else is left behind for good.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use headshot_api::{OpenedSession, Upload};
use serde_json::json;

use super::jpeg;
use crate::common::s3::S3;
use crate::common::{API_KEY, PROFILE, SKYLAB_SECRET, Skylab, StandIn, client, eventually, sha256};
use crate::process::{Server, headshot};

type Answered = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

#[tokio::test(flavor = "multi_thread")]
async fn no_photo_that_was_answered_is_lost_when_the_process_is_killed() {
    kill_while_photos_are_sent(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_photo_that_was_answered_is_lost_from_s3_when_the_process_is_killed() {
    kill_while_photos_are_sent(Some(&S3::new())).await;
}

async fn kill_while_photos_are_sent(s3: Option<&S3>) {
    let (provider, skylab, dir) = (StandIn::start().await, Skylab::start().await, tempfile::tempdir().unwrap());
    let start = || {
        let mut command = headshot_with_skylab(dir.path(), &provider, &skylab);
        Server::run(command.envs(s3.map(S3::variables).into_iter().flatten()))
    };
    let mut server = start();
    let answered = Answered::default();
    let senders: Vec<_> =
        (0..4).map(|_| tokio::spawn(send_until_killed(server.url.clone(), Arc::clone(&answered)))).collect();
    eventually("enough is answered", async || answered.lock().unwrap().len() >= 40).await;
    server.kill();
    for sender in senders {
        sender.await.unwrap();
    }
    let _server = start();
    let kept = kept(dir.path(), s3).await;
    for (id, bytes) in &*answered.lock().unwrap() {
        assert_eq!(kept[id], sha256(bytes));
    }
    let wanted = answered.lock().unwrap().clone();
    eventually("the provider has them", async || {
        let there: Vec<_> = skylab.jobs().into_iter().flat_map(|job| skylab.photos(job)).flatten().collect();
        wanted.values().all(|bytes| there.contains(bytes))
    })
    .await;
    let connection = rusqlite::Connection::open(dir.path().join("headshot.db")).unwrap();
    for file in kept.keys() {
        let sql = "SELECT 1 FROM uploads WHERE id = ?1 UNION SELECT 1 FROM work WHERE kind = 'remove_upload' AND subject = ?1";
        let name = file.trim_end_matches(".part");
        assert!(connection.prepare(sql).unwrap().exists([name]).unwrap(), "{file} would stay for ever");
    }
}

pub(super) fn start(dir: &Path, provider: &StandIn, skylab: &Skylab) -> Server {
    Server::run(&mut headshot_with_skylab(dir, provider, skylab))
}

/// The program with both providers.
pub(crate) fn headshot_with_skylab(dir: &Path, provider: &StandIn, skylab: &Skylab) -> Command {
    let settings = skylab.args();
    let more = [
        ("SKYLAB_API_KEY", settings.skylab_api_key.as_deref().unwrap()),
        ("SKYLAB_WEBHOOK_SECRET", SKYLAB_SECRET),
        ("SKYLAB_PROFILE_ID", &PROFILE.to_string()),
        ("SKYLAB_BASE_URL", &settings.skylab_base_url),
        ("SKYLAB_PHOTO_HOSTS", &settings.skylab_photo_hosts),
    ];
    let mut command = headshot(dir, &provider.url);
    command.envs(more);
    command
}

/// Sessions with three photos each.
async fn send_until_killed(url: String, answered: Answered) {
    let client = client();
    loop {
        let open = client.post(format!("{url}/v1/sessions")).bearer_auth(API_KEY);
        let open = open.header("content-type", "application/json").body(json!({"provider": "skylab"}).to_string());
        let Ok(answer) = open.send().await else { return };
        let Ok(opened) = answer.bytes().await else { return };
        let opened: OpenedSession = serde_json::from_slice(&opened).unwrap();
        for number in 0..3 {
            let bytes = jpeg(640, 480, &format!("{number} of {}", opened.session.id));
            let send = client.post(format!("{url}/v1/sessions/{}/uploads", opened.session.id));
            let Ok(answer) = send.bearer_auth(&opened.client_token.token).body(bytes.clone()).send().await else {
                return;
            };
            assert_eq!(answer.status(), 201);
            let Ok(upload) = answer.bytes().await else { return };
            let upload: Upload = serde_json::from_slice(&upload).unwrap();
            answered.lock().unwrap().insert(upload.id, bytes);
        }
    }
}

/// What lies where the uploads are, by name, and the SHA-256 of each.
async fn kept(dir: &Path, s3: Option<&S3>) -> BTreeMap<String, String> {
    if let Some(s3) = s3 {
        let objects = s3.objects().await.into_iter();
        return objects.map(|(name, sha256)| (name.strip_prefix("uploads/").unwrap().to_owned(), sha256)).collect();
    }
    let files = std::fs::read_dir(dir.join("headshot.db.uploads")).unwrap().map(|entry| entry.unwrap());
    let files =
        files.map(|file| (file.file_name().into_string().unwrap(), sha256(&std::fs::read(file.path()).unwrap())));
    files.filter(|(name, _)| !name.starts_with('.')).collect()
}
