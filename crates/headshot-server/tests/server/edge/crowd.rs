//! More browsers wait than there are places.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Client, is_delivered};
use crate::common::{API_KEY, StandIn, client, eventually};
use crate::process::{Server, headshot_with_descriptors};

const WIDGETS: usize = 1200;

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_answered_while_more_browsers_wait_than_there_are_places() {
    let crowd = Crowd::gather(1024).await;
    deliver(&crowd.server).await;
    crowd.is_still_there().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_browser_waits_undisturbed_where_descriptors_can_be_raised() {
    let crowd = Crowd::gather(8192).await;
    eventually("all wait", async || crowd.asked.load(Ordering::SeqCst) == WIDGETS).await;
    deliver(&crowd.server).await;
    assert_eq!((crowd.asked.load(Ordering::SeqCst), crowd.answered.load(Ordering::SeqCst)), (WIDGETS, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_answered_while_more_connections_are_idle_than_there_are_places() {
    raise_descriptors();
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::run(&mut headshot_with_descriptors(dir.path(), &provider.url, 1024, 1024));
    let mut idle = Vec::new();
    for _ in 0..WIDGETS {
        let mut client = Client::connect(&server).await;
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(client.answer().await.starts_with("HTTP/1.1 200"));
        idle.push(client);
    }
    deliver(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_answered_while_a_thousand_ask_whether_the_server_is_ready() {
    raise_descriptors();
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &provider.url);
    let mut probes = JoinSet::new();
    for _ in 0..1000 {
        let mut probe = Client::connect(&server).await;
        probes.spawn(async move {
            loop {
                probe.send(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").await;
                assert!(probe.answer().await.starts_with("HTTP/1.1 200"));
            }
        });
    }
    deliver(&server).await;
    assert!(probes.try_join_next().is_none(), "every probe is answered");
}

async fn deliver(server: &Server) {
    for number in 0..40 {
        is_delivered(server, &format!("evt_{number}")).await;
    }
}

/// A server that is started with 1,024 descriptors, and widgets that ask again whenever they are answered.
struct Crowd {
    server: Server,
    asked: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
    _widgets: JoinSet<()>,
    _dir: tempfile::TempDir,
}

impl Crowd {
    async fn gather(descriptors_at_most: u32) -> Self {
        raise_descriptors();
        let provider = StandIn::start().await;
        let dir = tempfile::tempdir().unwrap();
        let mut command = headshot_with_descriptors(dir.path(), &provider.url, 1024, descriptors_at_most);
        let server = Server::run(&mut command);
        let request = waiting_request(&server).await;
        let (asked, answered) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let mut widgets = JoinSet::new();
        for _ in 0..WIDGETS {
            let widget = widget(server.address(), request.clone(), Arc::clone(&asked), Arc::clone(&answered));
            widgets.spawn(widget);
        }
        let crowd = Self { server, asked, answered, _widgets: widgets, _dir: dir };
        // Some are refused a place until others are answered early.
        eventually("most have asked", async || crowd.asked.load(Ordering::SeqCst) > WIDGETS / 3).await;
        crowd
    }

    /// Widgets that gave up their places have come back.
    async fn is_still_there(&self) {
        let before = self.asked.load(Ordering::SeqCst);
        eventually("they ask again", async || self.asked.load(Ordering::SeqCst) > before + 10).await;
        assert!(self.answered.load(Ordering::SeqCst) > 0);
    }
}

pub(crate) async fn waiting_request(server: &Server) -> String {
    let open = client().post(format!("{}/v1/sessions", server.url)).bearer_auth(API_KEY);
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"});
    let opened = open.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    let session = opened.headers()["location"].to_str().unwrap().to_owned();
    let read = client().get(format!("{}{session}", server.url)).bearer_auth(API_KEY).send().await.unwrap();
    let etag = read.headers()["etag"].to_str().unwrap();
    format!(
        "GET {session} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {API_KEY}\r\nIf-None-Match: {etag}\r\n\
         Prefer: wait=25\r\n\r\n"
    )
}

async fn widget(address: String, request: String, asked: Arc<AtomicUsize>, answered: Arc<AtomicUsize>) {
    loop {
        if let Ok(stream) = tokio::net::TcpStream::connect(&address).await {
            let mut client = Client(stream);
            if tokio::io::AsyncWriteExt::write_all(&mut client.0, request.as_bytes()).await.is_ok() {
                asked.fetch_add(1, Ordering::SeqCst);
                let began = Instant::now();
                let answer = client.answer().await;
                let is_early = answer.starts_with("HTTP/1.1 304") && answer.contains("connection: close");
                assert!(is_early || answer.is_empty() || began.elapsed() > Duration::from_secs(24), "{answer}");
                answered.fetch_add(1, Ordering::SeqCst);
            }
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// This process holds the other end of each connection.
fn raise_descriptors() {
    let raised = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    assert!(raised >= 4096, "the test needs 4,096 file descriptors, the system gives {raised}");
}
