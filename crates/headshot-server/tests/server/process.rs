//! The program as it is started: its first line, its refusals, its end.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::common::{API_KEY, SECRET, StandIn, client, eventually};

/// A running `headshot serve`, killed when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    child: Child,
}

impl Server {
    pub(crate) fn start(dir: &Path, provider: &str) -> Self {
        Self::start_with(dir, provider, &[])
    }

    /// The same with more of an environment.
    pub(crate) fn start_with(dir: &Path, provider: &str, more: &[(&str, &str)]) -> Self {
        let mut child = headshot(dir, provider)
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("headshot listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { url, child }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with a whole configuration and nothing of the environment.
fn headshot(dir: &Path, provider: &str) -> Command {
    let mut command = bare(&["serve"]);
    command.envs([
        ("HEADSHOT_LISTEN", "127.0.0.1:0"),
        ("HEADSHOT_DATABASE_URL", &format!("sqlite:{}", dir.join("headshot.db").display())),
        ("HEADSHOT_API_KEY", API_KEY),
        ("HEADSHOT_PUBLIC_URL", "http://localhost:8787"),
        ("HEADSHOTPRO_API_KEY", "the-server-key"),
        ("HEADSHOTPRO_WEBHOOK_SECRET", SECRET),
        ("HEADSHOTPRO_BASE_URL", &format!("{provider}/api/v2")),
    ]);
    command
}

fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headshot"));
    command.args(args).env_clear();
    command
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn serves_until_it_is_told_to_stop_and_cuts_nobody_off() {
    for signal in ["TERM", "INT"] {
        let provider = StandIn::start().await;
        let dir = tempfile::tempdir().unwrap();
        let mut server = Server::start(dir.path(), &provider.url);
        let client = client();
        let open = client.post(format!("{}/v1/sessions", server.url)).bearer_auth(API_KEY);
        let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
        let opened = open.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        assert_eq!(opened.status(), 201);
        let session = format!("{}{}", server.url, opened.headers()["location"].to_str().unwrap());
        let read = client.get(&session).bearer_auth(API_KEY);
        let etag = read.try_clone().unwrap().send().await.unwrap().headers()["etag"].clone();
        let waiting = tokio::spawn(read.header("if-none-match", etag).header("prefer", "wait=25").send());
        // Nothing outside tells that a request is being waited on, so give it a moment to arrive.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = Instant::now();
        server.signal(signal);
        assert_eq!(waiting.await.unwrap().unwrap().status(), 304);
        assert_eq!(server.child.wait().unwrap().code(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn names_everything_that_is_missing_or_malformed_and_repeats_no_value() {
    let output = bare(&["serve", "--listen", "nowhere"])
        .env("HEADSHOT_API_KEY", "too-short")
        .env("HEADSHOT_PUBLIC_URL", "")
        .env("HEADSHOTPRO_WEBHOOK_SECRET", "set")
        .env("HEADSHOTPRO_SIGNATURE_SCHEME", "any")
        .output()
        .unwrap();
    let (code, stdout, stderr) = said(&output);
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    for wrong in [
        "HEADSHOT_LISTEN (--listen) is not an address",
        "HEADSHOT_API_KEY (--api-key) has fewer than 16 characters",
        "HEADSHOT_PUBLIC_URL (--public-url) is missing",
        "HEADSHOTPRO_API_KEY (--headshotpro-api-key) is missing",
        "HEADSHOTPRO_SIGNATURE_SCHEME (--headshotpro-signature-scheme) is not",
    ] {
        assert!(stderr.contains(wrong), "{wrong}: {stderr}");
    }
    assert!(!stderr.contains("too-short"), "{stderr}");
}

#[test]
fn says_that_no_provider_is_switched_on() {
    let output = bare(&["serve", "--listen", "127.0.0.1:0"])
        .env("HEADSHOT_API_KEY", "long-enough-a-key")
        .env("HEADSHOT_PUBLIC_URL", "https://headshots.example.test")
        .output()
        .unwrap();
    let (code, _, stderr) = said(&output);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("no provider is switched on: set HEADSHOTPRO_API_KEY (--headshotpro-api-key)"), "{stderr}");
}

#[test]
fn help_shows_no_secret_of_the_environment() {
    let output = bare(&["serve", "--help"])
        .env("HEADSHOT_API_KEY", "a-secret-of-the-host")
        .env("HEADSHOTPRO_API_KEY", "a-secret-of-the-provider")
        .env("HEADSHOTPRO_WEBHOOK_SECRET", "a-secret-of-the-webhooks")
        .output()
        .unwrap();
    let (code, stdout, _) = said(&output);
    assert_eq!(code, Some(0));
    assert!(stdout.contains("HEADSHOTPRO_WEBHOOK_SECRET") && !stdout.contains("a-secret"), "{stdout}");
}

#[test]
fn without_a_command_it_helps() {
    let (code, stdout, _) = said(&bare(&[]).output().unwrap());
    assert_eq!(code, Some(0));
    assert!(stdout.contains("serve"), "{stdout}");
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let output = headshot(dir.path(), "http://127.0.0.1:1").env("HEADSHOT_LISTEN", &address).output().unwrap();
    let (code, stdout, stderr) = said(&output);
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains(&address) && stderr.contains("--listen"), "{stderr}");
    assert!(!dir.path().join("headshot.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_cut_off_and_others_are_answered() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let mut slow = std::net::TcpStream::connect(&address).unwrap();
    std::io::Write::write_all(&mut slow, b"GET /healthz HTTP/1.1\r\nX: ").unwrap();
    let client = client();
    eventually("others are answered", async || {
        client.get(format!("{}/healthz", server.url)).send().await.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    slow.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut slow, &mut bytes).map(|_| bytes)
    });
    let answer = String::from_utf8(answer.await.unwrap().unwrap()).unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}
