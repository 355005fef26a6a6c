//! Secrets that are read again while the server runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use headshot_api::OpenedSession;
use headshot_verify::provider::standardwebhooks::StandardWebhooks;
use headshot_verify::{Delivery, UnixSeconds, Verifier};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;

use crate::common::{API_KEY, Host, MODEL, SECRET, StandIn, client, event, eventually, sign_with};
use crate::metrics;
use crate::process::{Server, headshot};

const NEW_SECRET: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

/// A server whose secrets are in files of their own, and what it needs.
struct Running {
    server: Server,
    provider: StandIn,
    client: reqwest::Client,
    dir: TempDir,
}

impl Running {
    async fn with(change: impl FnOnce(&mut Command)) -> Self {
        let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
        let mut command = headshot(dir.path(), &provider.url);
        for (variable, secret) in
            [("HEADSHOT_API_KEY", API_KEY), ("HEADSHOTPRO_API_KEY", "key"), ("HEADSHOTPRO_WEBHOOK_SECRET", SECRET)]
        {
            fs::write(dir.path().join(variable), format!("{secret}\n")).unwrap();
            command.env_remove(variable).env(format!("{variable}_FILE"), dir.path().join(variable));
        }
        change(command.current_dir(dir.path()));
        Self { server: Server::run(&mut command), provider, client: client(), dir }
    }

    /// Puts another secret into the file and tells the server; answers once it has read it.
    async fn replace(&self, variable: &str, secret: &str) {
        fs::write(self.dir.path().join(variable), secret).unwrap();
        self.read_again().await;
    }

    async fn read_again(&self) {
        let times = || self.log().matches("settings were read again").count();
        let before = times();
        self.server.signal("HUP");
        eventually("the settings are read again", async || times() > before).await;
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap()
    }

    async fn a_browser_waits(&self) {
        let url = metrics::url(self.dir.path()).await;
        eventually("a browser waits", async || metrics::read(&url).await.contains("headshot_waiting_requests 1\n"))
            .await;
    }

    async fn open(&self, key: &str) -> reqwest::Response {
        let body = json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string();
        let open = self.client.post(format!("{}/v1/sessions", self.server.url)).bearer_auth(key);
        open.header("content-type", "application/json").body(body).send().await.unwrap()
    }

    async fn opened(&self) -> OpenedSession {
        serde_json::from_slice(&self.open(API_KEY).await.bytes().await.unwrap()).unwrap()
    }

    /// A delivery about the first model, signed with this secret.
    async fn deliver(&self, secret: &str, status: &str) -> u16 {
        let now = Timestamp::now();
        let body = event(&format!("evt_{now}"), "model.status.updated", MODEL, status, now).to_string();
        let timestamp = now.as_second().to_string();
        let signature = sign_with(secret, &[timestamp.as_bytes(), b".", body.as_bytes()]);
        let delivery = self.client.post(format!("{}/v1/webhooks/headshotpro", self.server.url)).body(body);
        let delivery = delivery.header("x-headshotpro-timestamp", timestamp);
        delivery.header("x-headshotpro-signature", signature).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_secret_is_replaced_while_a_widget_waits() {
    let running = Running::with(|command| {
        command.env("HEADSHOT_METRICS_LISTEN", "127.0.0.1:0");
    })
    .await;
    let OpenedSession { session, client_token } = running.opened().await;
    let url = format!("{}/v1/sessions/{}", running.server.url, session.id);
    let read = running.client.get(&url).bearer_auth(&client_token.token);
    let etag = read.try_clone().unwrap().send().await.unwrap().headers()["etag"].clone();
    let waiting = tokio::spawn(read.header("if-none-match", etag).header("prefer", "wait=25").send());
    running.a_browser_waits().await;
    running.replace("HEADSHOTPRO_WEBHOOK_SECRET", &format!("{NEW_SECRET} {SECRET}")).await;
    assert!(running.log().contains("replaced=\"HEADSHOTPRO_WEBHOOK_SECRET\""), "{}", running.log());
    running.replace("HEADSHOTPRO_WEBHOOK_SECRET", NEW_SECRET).await;
    assert_eq!(running.deliver(SECRET, "waiting").await, 401);
    running.a_browser_waits().await;
    assert!(!waiting.is_finished());
    assert_eq!(running.deliver(NEW_SECRET, "waiting").await, 200);
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().contains("\"waiting\""));
    for secret in [SECRET, NEW_SECRET] {
        assert!(!running.log().contains(secret));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_are_accepted_while_both_are_given() {
    let running = Running::with(|_| {}).await;
    assert_eq!(running.deliver(NEW_SECRET, "waiting").await, 401);
    running.replace("HEADSHOTPRO_WEBHOOK_SECRET", &format!("{NEW_SECRET} {SECRET}")).await;
    assert_eq!(running.deliver(SECRET, "waiting").await, 200);
    assert_eq!(running.deliver(NEW_SECRET, "waiting").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_invalid_leaves_all_secrets_as_they_were() {
    let running = Running::with(|_| {}).await;
    fs::write(running.dir.path().join("HEADSHOTPRO_WEBHOOK_SECRET"), NEW_SECRET).unwrap();
    running.replace("HEADSHOT_API_KEY", "a-short-one").await;
    let log = running.log();
    assert!(log.contains("code=\"config_invalid\"") && log.contains("HEADSHOT_API_KEY (--api-key) has fewer"), "{log}");
    assert!(!log.contains("a-short-one"), "{log}");
    assert_eq!(running.deliver(SECRET, "waiting").await, 200);
    assert_eq!(running.open(API_KEY).await.status(), 201);
    fs::remove_file(running.dir.path().join("HEADSHOT_API_KEY")).unwrap();
    running.read_again().await;
    assert!(running.log().contains("the secret cannot be read"));
    assert_eq!(running.open(API_KEY).await.status(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_hosts_and_providers_are_replaced() {
    let running = Running::with(|_| {}).await;
    let new = "the-new-key-of-the-host-application";
    assert_eq!(running.open(new).await.status(), 401);
    running.replace("HEADSHOT_API_KEY", &format!("old:{API_KEY} new:{new}")).await;
    running.replace("HEADSHOTPRO_API_KEY", "a-new-key-of-the-provider").await;
    assert_eq!(running.open(API_KEY).await.status(), 201);
    running.replace("HEADSHOT_API_KEY", new).await;
    assert_eq!(running.open(API_KEY).await.status(), 401);
    assert_eq!(running.open(new).await.status(), 201);
    let opened = running.provider.calls_to("/organization/models");
    let authorization: Vec<_> = opened.iter().map(|call| call.authorization.clone().unwrap_or_default()).collect();
    assert_eq!(authorization, ["Bearer a-new-key-of-the-provider"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_signed_with_the_new_secret_and_other_settings_wait_for_the_next_start() {
    let host = Host::start().await;
    let settings = |dir: &Path, secret: &str, bodies: &str| {
        let text = format!("events_secret = \"{secret}\"\nretention_bodies = \"{bodies}\"");
        fs::write(dir.join("headshot.toml"), text).unwrap();
    };
    let (old, new) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB");
    let running = Running::with(|command| {
        let dir = command.get_current_dir().unwrap().to_owned();
        settings(&dir, old, "30d");
        command.envs([("HEADSHOT_EVENTS_URL", host.url.as_str()), ("HEADSHOT_ALLOW_NETWORKS", "127.0.0.0/8")]);
    })
    .await;
    let mut heard = 0;
    for secret in [old, new] {
        running.opened().await;
        eventually("an event arrives", async || host.heard().len() > heard).await;
        let told = host.heard().swap_remove(heard);
        heard = host.heard().len();
        let verifier = Verifier::with_shown_secrets(StandardWebhooks::default(), [secret]).unwrap();
        let headers = |name: &str| told.headers.get_all(name).iter().map(axum::http::HeaderValue::as_bytes);
        let now = UnixSeconds::new(Timestamp::now().as_second().try_into().unwrap());
        verifier.verify(&Delivery::new(headers, &told.body[..]), now).unwrap();
        settings(running.dir.path(), new, "1d");
        running.read_again().await;
    }
    let log = running.log();
    assert!(log.contains("replaced=\"HEADSHOT_EVENTS_SECRET\""), "{log}");
    assert!(log.contains("code=\"restart_needed\" settings=\"HEADSHOT_RETENTION_BODIES\""), "{log}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_is_closed_ends_the_server_and_one_that_is_open_does_not() {
    use std::os::unix::fs::OpenOptionsExt;

    use nix::fcntl::OFlag;
    use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};

    // No process that another test starts may hold it open.
    let terminal = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let screen =
        fs::OpenOptions::new().write(true).custom_flags(OFlag::O_NOCTTY.bits()).open(ptsname_r(&terminal).unwrap());
    let mut running = Running::with(|command| {
        command.stderr(screen.unwrap());
    })
    .await;
    running.server.signal("HUP");
    assert_eq!(running.open(API_KEY).await.status(), 201);
    drop(terminal);
    running.server.signal("HUP");
    eventually("it has ended", async || running.server.has_ended()).await;
}
