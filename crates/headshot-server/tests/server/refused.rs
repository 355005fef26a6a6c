//! What is kept of deliveries that are refused, and what an operator is told about them.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::common::{SECRET, StandIn, client, eventually, sign, sign_with};
use crate::process::{Server, headshot, tell};

const BODY: &str =
    r#"{"event":"model.photos_ready","object":{"_id":"65a000000000000000000001","firstName":"Hypatia"}}"#;

/// A running server, its folder, and what it needs.
struct Running {
    server: Server,
    dir: tempfile::TempDir,
    client: reqwest::Client,
}

impl Running {
    async fn with(settings: &[(&str, &str)]) -> Self {
        let provider = StandIn::start().await;
        let dir = tempfile::tempdir().unwrap();
        let server = Server::run(headshot(dir.path(), &provider.url).envs(settings.iter().copied()));
        Self { server, dir, client: client() }
    }

    /// A delivery that is signed with this secret, now.
    async fn deliver(&self, secret: &str) -> u16 {
        let timestamp = jiff::Timestamp::now().as_second().to_string();
        let signature = sign_with(secret, &[timestamp.as_bytes(), b".", BODY.as_bytes()]);
        self.send(&timestamp, &signature).await
    }

    /// One whose signature does not cover the timestamp.
    async fn deliver_signed_by_the_other_scheme(&self) -> u16 {
        self.send(&jiff::Timestamp::now().as_second().to_string(), &sign(&[BODY.as_bytes()])).await
    }

    async fn send(&self, timestamp: &str, signature: &str) -> u16 {
        let request = self.client.post(format!("{}/v1/webhooks/headshotpro", self.server.url)).body(BODY);
        let request = request.header("x-headshotpro-timestamp", timestamp).header("x-headshotpro-signature", signature);
        request.header("authorization", "Basic c2VjcmV0").send().await.unwrap().status().as_u16()
    }

    fn tell(&self, args: &[&str]) -> (Option<i32>, String, String) {
        tell(self.dir.path(), args)
    }

    fn refused(&self) -> Vec<Value> {
        let (code, out, errors) =
            self.tell(&["deliveries", "list", "--status", "refused", "--limit", "1000", "--json"]);
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_is_told_why_a_delivery_was_refused_and_no_secret() {
    let running = Running::with(&[]).await;
    assert_eq!(running.deliver_signed_by_the_other_scheme().await, 401);
    let refused = running.refused();
    let [one] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!((one["code"].as_str(), one["provider"].as_str()), (Some("signature_mismatch"), Some("headshotpro")));
    let id = one["id"].as_str().unwrap();
    eventually("it is explained", async || running.tell(&["deliveries", "explain", id]).1.contains("remedy:")).await;
    let (code, out, errors) = running.tell(&["deliveries", "explain", id]);
    assert_eq!((code, errors.as_str()), (Some(1), ""));
    assert!(out.starts_with("refused: signature_mismatch\n") && out.contains("\nscheme_other\n"), "{out}");
    let json: Value = serde_json::from_str(&running.tell(&["deliveries", "explain", id, "--json"]).1).unwrap();
    assert_eq!(json["findings"][0]["code"], "scheme_other");
    let shown = running.tell(&["deliveries", "show", id]).1;
    assert!(shown.contains("x-headshotpro-signature: sha256=") && shown.contains("bodySha256"), "{shown}");
    for text in [out, shown, json.to_string(), running.log()] {
        assert!(!text.contains(SECRET) && !text.contains("c2VjcmV0") && !text.contains("Hypatia"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_kept_only_where_the_operator_says_so() {
    let running = Running::with(&[]).await;
    running.deliver("another").await;
    let body = |running: &Running| {
        let id = running.refused()[0]["id"].as_str().unwrap().to_owned();
        running.tell(&["deliveries", "show", &id, "--body"])
    };
    let (code, out, errors) = body(&running);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(errors.contains("--keep-refused"), "{errors}");
    let running = Running::with(&[("HEADSHOT_KEEP_REFUSED", "on")]).await;
    running.deliver("another").await;
    assert_eq!(body(&running), (Some(0), BODY.into(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_takes_bounded_room_and_a_few_lines_of_the_log() {
    let running = Running::with(&[]).await;
    for _ in 0..250 {
        assert_eq!(running.deliver("another").await, 401);
    }
    let refused = running.refused();
    assert_eq!(refused.len(), 100);
    let log = running.log();
    let lines = log.lines().filter(|line| line.contains("signature_mismatch") || line.contains("status=401"));
    assert!(lines.count() < 25, "{log}");
    assert!(log.contains("`headshot deliveries explain ref_"), "{log}");
    let files: u64 = std::fs::read_dir(running.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("headshot.db"))
        .map(|entry| entry.metadata().unwrap().len())
        .sum();
    assert!(files < 1024 * 1024, "{files}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_every_provider_are_explained() {
    let running = Running::with(&[
        ("SCALE_API_KEY", "a-key"),
        ("SCALE_WEBHOOK_SECRET", SECRET),
        ("SCALE_STUDIO_ID", "7"),
        ("SKYLAB_API_KEY", "a-key"),
        ("SKYLAB_WEBHOOK_SECRET", SECRET),
    ])
    .await;
    for provider in ["scale", "skylab", "headshotpro"] {
        let request = running.client.post(format!("{}/v1/webhooks/{provider}", running.server.url)).body(BODY);
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    let refused = running.refused();
    assert_eq!(refused.len(), 3);
    for one in refused {
        let explain = ["deliveries", "explain", one["id"].as_str().unwrap()];
        eventually("it is explained", async || running.tell(&explain).1.contains("remedy: ")).await;
        assert!(!running.tell(&explain).1.contains("known mistakes were not tried"), "{one}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_explained_too() {
    let running = Running::with(&[]).await;
    assert_eq!(running.deliver(SECRET).await, 200);
    let (code, out, _) = running.tell(&["deliveries", "explain", "1"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("genuine\n"), "{out}");
    assert!(running.refused().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_nothing_is_remembered_and_that_is_said() {
    let mut running = Running::with(&[]).await;
    running.deliver("another").await;
    let id = running.refused()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(running.tell(&["deliveries", "explain", "ref_0000000000000000"]).0, Some(1));
    running.server.kill();
    let (code, _, errors) = running.tell(&["deliveries", "explain", &id]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("no server runs"), "{errors}");
    assert!(running.refused().is_empty());
}

#[test]
fn keep_refused_is_a_flag_too() {
    let takes = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headshot"));
        let output =
            command.arg("serve").args(args).env_clear().stdin(Stdio::null()).current_dir(Path::new("/")).output();
        !String::from_utf8_lossy(&output.unwrap().stderr).contains("HEADSHOT_KEEP_REFUSED (--keep-refused) is not")
    };
    assert!(takes(&["--keep-refused"]) && takes(&["--keep-refused", "off"]) && !takes(&["--keep-refused", "some"]));
}
