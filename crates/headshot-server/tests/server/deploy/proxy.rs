//! What `compose.yaml` starts, as processes: nginx with `nginx.conf`, two servers, and PostgreSQL.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use nix::unistd::geteuid;
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::timeout;

use super::{text, with};
use crate::common::postgres::Cluster;
use crate::common::{API_KEY, MODEL, StandIn, client, event, eventually, post_delivery};
use crate::durability::Losses;
use crate::postgres::{kept, on};
use crate::process::{Server, headshot};
use crate::restart::{Clients, opened, rounds};

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_at_either_server_learns_what_a_delivery_to_one_of_them_brought() {
    let stack = Stack::start().await;
    let (session, etag) = opened(&stack.proxy.url).await;
    let wait = || {
        let request = client().get(&session).bearer_auth(API_KEY).header("if-none-match", &etag);
        tokio::spawn(request.header("prefer", "wait=25").send())
    };
    let waiting = [wait(), wait(), wait(), wait()];
    let now = jiff::Timestamp::now();
    let told = event("evt_1", "model.status.updated", MODEL, "pending", now);
    assert_eq!(post_delivery(&client(), &stack.proxy.url, &told, now).await.unwrap(), 200);
    for answer in waiting {
        let answer = timeout(Duration::from_secs(20), answer).await.unwrap().unwrap().unwrap();
        let session: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(session["state"], "processing");
    }
    let servers = stack.proxy.servers_of("GET /v1/sessions/ses_").await;
    assert_eq!(servers.len(), 2, "{servers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_started_again_one_after_the_other_and_nobody_is_refused() {
    let mut stack = Stack::start().await;
    let clients = Clients::of(&stack.proxy.url).await;
    for _ in 0..rounds() {
        for place in 0..2 {
            clients.are_answered().await;
            stack.start_again(place);
        }
    }
    let answered = clients.end("behind nginx, one of two after the other").await;
    Losses::among(&answered, &kept(&stack.database).await).are_none("restart", 2 * rounds());
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_go_to_the_other_server_when_one_is_killed() {
    let mut stack = Stack::start().await;
    let clients = Clients::of(&stack.proxy.url).await;
    clients.are_answered().await;
    stack.servers[0].kill();
    clients.are_answered().await;
    let answered = clients.end("behind nginx, one of two killed").await;
    Losses::among(&answered, &kept(&stack.database).await).are_none("kill -9", 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_server_takes_does_not_reach_one() {
    let stack = Stack::start().await;
    for (path, length) in [("/v1/webhooks/headshotpro", 1024 * 1024 + 1), ("/v1/sessions", 64 * 1024 + 1)] {
        let sent = client().post(format!("{}{path}", stack.proxy.url)).body(vec![b'x'; length]).send().await.unwrap();
        assert_eq!(sent.status(), 413, "{path}");
        let servers = stack.proxy.servers_of(&format!("POST {path} 413")).await;
        assert_eq!(servers, BTreeSet::from(["-".to_owned()]), "{path}");
    }
}

/// Two servers on one database, and the proxy in front of them.
struct Stack {
    proxy: Proxy,
    servers: Vec<Server>,
    ports: Vec<u16>,
    database: String,
    provider: StandIn,
    dir: TempDir,
}

impl Stack {
    async fn start() -> Self {
        let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
        let database = Cluster::shared().database().await;
        let ports = vec![free_port(), free_port()];
        let proxy = Proxy::start(dir.path(), &ports);
        let mut stack = Self { proxy, servers: Vec::new(), ports, database, provider, dir };
        stack.servers = (0..2).map(|place| stack.server(place)).collect();
        eventually("the proxy answers", async || {
            let asked = client().get(format!("{}/readyz", stack.proxy.url)).send().await;
            asked.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
        stack
    }

    fn server(&self, place: usize) -> Server {
        let mut command = on(&self.database, self.dir.path(), headshot(self.dir.path(), &self.provider.url));
        command.env("HEADSHOT_TRUSTED_PROXIES", "1");
        Server::run(command.env("HEADSHOT_LISTEN", format!("127.0.0.1:{}", self.ports[place])))
    }

    fn start_again(&mut self, place: usize) {
        self.servers.remove(place).stop();
        self.servers.insert(place, self.server(place));
    }
}

/// A running nginx, killed when dropped.
struct Proxy {
    url: String,
    log: PathBuf,
    nginx: Child,
}

impl Proxy {
    /// With the file in `deploy/`, for these servers and a port of its own.
    fn start(dir: &Path, servers: &[u16]) -> Self {
        let (port, folder) = (free_port(), dir.join("nginx"));
        fs::create_dir(&folder).unwrap();
        let log = folder.join("access.log");
        let mut configuration = with(&text("nginx.conf"), "listen 8080;", &format!("listen 127.0.0.1:{port};"));
        for (name, server) in ["headshot-1:8787", "headshot-2:8787"].iter().zip(servers) {
            assert!(text("compose.yaml").contains(&format!("\n  {}:", name.trim_end_matches(":8787"))), "{name}");
            configuration = with(&configuration, name, &format!("127.0.0.1:{server}"));
        }
        configuration = with(&configuration, "/tmp/", &format!("{}/", folder.display()));
        configuration = with(&configuration, "/dev/stdout", &log.display().to_string());
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let user = if geteuid().is_root() { " user root;" } else { "" };
        let mut command = Command::new(nginx());
        command.arg("-p").arg(&folder).arg("-c").arg(&file).args(["-g", &format!("daemon off;{user}")]);
        let complaints = File::create(folder.join("complaints")).unwrap();
        let nginx = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(complaints).spawn().unwrap();
        Self { url: format!("http://127.0.0.1:{port}"), log, nginx }
    }

    /// To which servers requests went of which the log says so.
    async fn servers_of(&self, request: &str) -> BTreeSet<String> {
        let mut servers = BTreeSet::new();
        eventually("the log tells", async || {
            let log = fs::read_to_string(&self.log).unwrap();
            let lines = log.lines().filter(|line| line.contains(request));
            servers = lines.filter_map(|line| line.split(' ').next_back().map(str::to_owned)).collect();
            !servers.is_empty()
        })
        .await;
        servers
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Killed, it would leave its workers behind.
        let _ = Command::new("kill").args(["-TERM", &self.nginx.id().to_string()]).status();
        let _ = self.nginx.wait();
    }
}

fn nginx() -> PathBuf {
    let usual = Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| path.is_file());
    std::env::var_os("HEADSHOT_NGINX").map(PathBuf::from).or(usual).unwrap_or_else(|| {
        panic!("HEADSHOT_NGINX is not set: run `cargo xtask test`, which prepares what this test needs")
    })
}

/// A loopback port that nobody has, below those that the system gives to connections.
pub(super) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed)).take(1000);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}
