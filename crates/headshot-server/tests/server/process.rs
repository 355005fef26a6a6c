//! The program as it is started: its first line, its refusals, its end.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
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
        Self::run(&mut headshot(dir, provider))
    }

    /// The same with other settings.
    pub(crate) fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("headshot listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { url, child }
    }

    /// The host and port that it listens on.
    pub(crate) fn address(&self) -> String {
        self.url.strip_prefix("http://").unwrap().to_owned()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as an operator does.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }

    pub(crate) fn signal(&self, name: &str) {
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

/// The program with a whole configuration and nothing of the environment; its log is the file `log` in the folder.
pub(crate) fn headshot(dir: &Path, provider: &str) -> Command {
    let mut command = bare(&["serve"]);
    configure(&mut command, dir, provider);
    command
}

/// The same with so many file descriptors, and no right to more than `most`.
pub(crate) fn headshot_with_descriptors(dir: &Path, provider: &str, descriptors: u32, most: u32) -> Command {
    headshot_after(&format!("ulimit -Sn {descriptors} && ulimit -Hn {most}"), dir, provider)
}

/// The same that is not ended by the system when a file would become larger than it may.
pub(crate) fn headshot_that_survives_full_files(dir: &Path, provider: &str) -> Command {
    headshot_after("trap '' XFSZ", dir, provider)
}

/// The same with its database on a disk of two megabytes at this folder, which nobody else sees and goes with it.
pub(crate) fn headshot_on_a_small_disk(dir: &Path, provider: &str, disk: &Path) -> Command {
    let mut command = Command::new("unshare");
    let mount = "mount -t tmpfs -o size=2m,mode=700 tmpfs \"$0\" && exec \"$1\" serve";
    command.args(["--map-root-user", "--mount", "/bin/sh", "-c", mount]).arg(disk).arg(env!("CARGO_BIN_EXE_headshot"));
    configure(command.env_clear(), dir, provider);
    command.env("HEADSHOT_DATABASE_URL", format!("sqlite:{}", disk.join("headshot.db").display()));
    command
}

/// The same with a socket that the test holds for it, as systemd does.
pub(crate) fn headshot_with_socket(dir: &Path, provider: &str, socket: &TcpListener) -> Command {
    let handed_over = "exec 3<&0 </dev/null && export LISTEN_PID=$$ LISTEN_FDS=1";
    let mut command = headshot_after(handed_over, dir, provider);
    command.stdin(OwnedFd::from(socket.try_clone().unwrap()));
    command
}

fn headshot_after(preparation: &str, dir: &Path, provider: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("{preparation} && exec \"$0\" serve"), env!("CARGO_BIN_EXE_headshot")]).env_clear();
    configure(&mut command, dir, provider);
    command
}

fn configure(command: &mut Command, dir: &Path, provider: &str) {
    command.stderr(File::options().create(true).append(true).open(dir.join("log")).unwrap());
    command.envs([
        ("HEADSHOT_LISTEN", "127.0.0.1:0"),
        ("HEADSHOT_DATABASE_URL", &format!("sqlite:{}", dir.join("headshot.db").display())),
        ("HEADSHOT_API_KEY", API_KEY),
        ("HEADSHOT_PUBLIC_URL", "http://localhost:8787"),
        ("HEADSHOTPRO_API_KEY", "the-server-key"),
        ("HEADSHOTPRO_WEBHOOK_SECRET", SECRET),
        ("HEADSHOTPRO_BASE_URL", &format!("{provider}/api/v2")),
    ]);
}

/// A command of an operator for the database in the folder, with nothing of the environment.
pub(crate) fn operate(dir: &Path, args: &[&str]) -> Command {
    let mut command = bare(args);
    command.env("HEADSHOT_DATABASE_URL", format!("sqlite:{}", dir.join("headshot.db").display())).current_dir(dir);
    command
}

/// What such a command answers.
pub(crate) fn tell(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    said(&operate(dir, args).output().unwrap())
}

pub(crate) fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headshot"));
    command.args(args).env_clear();
    command
}

pub(crate) fn said(output: &Output) -> (Option<i32>, String, String) {
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
    for (variable, flag) in [("HEADSHOT_LISTEN", "--listen"), ("HEADSHOT_METRICS_LISTEN", "--metrics-listen")] {
        let mut command = headshot(dir.path(), "http://127.0.0.1:1");
        let output = command.env(variable, &address).stderr(Stdio::piped()).output().unwrap();
        let (code, stdout, stderr) = said(&output);
        assert_eq!((code, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains(&format!("cannot listen on {address}")) && stderr.contains(flag), "{stderr}");
    }
    assert!(!dir.path().join("headshot.db").exists());
}

#[test]
fn a_fatal_error_is_told_whatever_the_log_shows() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("headshot.db"), "no database".repeat(1000)).unwrap();
    for filter in ["warning", "", "off", "error", "headshot_server=debug", "INFO", "fatal", "critical"] {
        let mut command = headshot(dir.path(), "http://127.0.0.1:1");
        let output = command.env("HEADSHOT_LOG", filter).stderr(Stdio::piped()).output().unwrap();
        let (code, _, stderr) = said(&output);
        assert_eq!(code, Some(1), "{filter:?}: {stderr}");
        assert!(
            stderr.contains("headshot: cannot start: ") && stderr.contains("headshot.db"),
            "{filter:?}: {stderr:?}"
        );
    }
}

#[test]
fn a_misspelt_log_filter_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for filter in ["inof", "headshot_server=loud", "=debug", "info debug", "hyper"] {
        let mut command = headshot(dir.path(), "http://127.0.0.1:1");
        let output = command.env("HEADSHOT_LOG", filter).stderr(Stdio::piped()).output().unwrap();
        let (code, _, stderr) = said(&output);
        assert_eq!(code, Some(2), "{filter:?}: {stderr}");
        assert!(stderr.contains("HEADSHOT_LOG (--log) is not "), "{filter:?}: {stderr:?}");
    }
    assert!(!dir.path().join("headshot.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_descriptors_is_raised_and_told() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let _server = Server::run(&mut headshot_with_descriptors(dir.path(), &provider.url, 256, 1024));
    eventually("the log tells", async || {
        let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
        log.contains("descriptors=1024 connections=464 kept_free=58")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_cut_off_and_others_are_answered() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let address = server.address();
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

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_recorded_when_nobody_reads_the_log_any_more() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::run(headshot(dir.path(), &provider.url).stderr(Stdio::piped()));
    drop(server.child.stderr.take());
    crate::edge::is_delivered(&server, "evt_1").await;
    crate::edge::is_delivered(&server, "evt_2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_recorded_when_whoever_takes_the_log_is_stuck() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut command = headshot(dir.path(), &provider.url);
    let server = Server::run(command.env("HEADSHOT_LOG", "debug").stderr(Stdio::piped()));
    let mut client = crate::edge::Client::connect(&server).await;
    // More than a pipe holds, which is 64 KiB on Linux.
    for _ in 0..2000 {
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let answer = tokio::time::timeout(Duration::from_secs(10), client.answer()).await;
        assert!(answer.expect("an answer").starts_with("HTTP/1.1 200"));
    }
    crate::edge::is_delivered(&server, "evt_1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_stopped_leaves_its_database_in_one_file() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    crate::edge::is_delivered(&server, "evt_1").await;
    let read = client().get(format!("{}/v1/sessions/ses_00000000000000000000000000000000", server.url));
    assert_eq!(read.bearer_auth(API_KEY).send().await.unwrap().status(), 404);
    server.stop();
    assert!(!dir.path().join("headshot.db-wal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_refusals_does_not_flood_the_log() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let client = client();
    for number in 0..100 {
        let path = if number % 2 == 0 { "/v1/webhooks/headshotpro" } else { "/v1/webhooks/other" };
        let status = client.post(format!("{}{path}", server.url)).body("{}").send().await.unwrap().status();
        assert_eq!(status, if number % 2 == 0 { 401 } else { 404 });
    }
    let told = |words: &str| {
        let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
        log.lines().filter(|line| line.contains(words)).count()
    };
    eventually("each is told once", async || (told("status=401"), told("status=404")) == (1, 1)).await;
    for code in ["signature_missing", "route_unknown"] {
        let summary = format!("kind=\"/v1/webhooks/{{provider}} {code}\" more=49");
        tokio::time::timeout(Duration::from_secs(30), async {
            while told(&summary) != 1 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{summary}"));
    }
    assert_eq!((told("status=401"), told("status=404")), (1, 1));
}
