//! Another version of the program, or other settings: nobody is refused meanwhile, and nothing is lost.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use headshot_api::Problem;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::common::postgres::Cluster;
use crate::common::{API_KEY, StandIn, client, eventually};
use crate::durability::{self, Losses, send};
use crate::edge::crowd::waiting_request;
use crate::edge::{Client, is_delivered};
use crate::postgres::{kept, on};
use crate::process::{Server, bare, headshot, headshot_with_socket, said};

/// Clients of each kind.
const EACH: usize = 4;

/// Each round goes on for so many answers more.
const ENOUGH: usize = 60;

/// Each takes some seconds.
pub(crate) fn rounds() -> u32 {
    durability::rounds().div_ceil(50)
}

/// Providers wait for ten seconds for their answer.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn with_sqlite_clients_wait_in_the_socket_until_the_next_server_has_the_file() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let start = || Server::run(&mut headshot_with_socket(dir.path(), &provider.url, &socket));
    let mut server = start();
    let clients = Clients::of(&server.url).await;
    for _ in 0..rounds() {
        clients.are_answered().await;
        server.stop();
        server = start();
    }
    let answered = clients.end("one server, SQLite").await;
    server.stop();
    Losses::of(&answered, dir.path()).are_none("restart", rounds());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_postgresql_the_next_server_is_there_before_the_last_one_goes() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let address = Cluster::shared().database().await;
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let start = || Server::run(&mut on(&address, dir.path(), headshot_with_socket(dir.path(), &provider.url, &socket)));
    let mut server = start();
    let clients = Clients::of(&server.url).await;
    for _ in 0..rounds() {
        clients.are_answered().await;
        std::mem::replace(&mut server, start()).stop();
    }
    let answered = clients.end("two servers, PostgreSQL").await;
    Losses::among(&answered, &kept(&address).await).are_none("restart", rounds());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_says_that_it_is_not_ready_and_answers_on() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let mut server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_DRAIN", "600"));
    assert_eq!(health(&server), (Some(0), "ready\n".to_owned()));
    let mut kept = Client::connect(&server).await;
    server.signal("TERM");
    let ready = || async { client().get(format!("{}/readyz", server.url)).send().await.unwrap() };
    eventually("it is not ready", async || ready().await.status() == 503).await;
    let problem: Problem = serde_json::from_slice(&ready().await.bytes().await.unwrap()).unwrap();
    assert_eq!(problem.code, "server_stopping");
    assert_eq!(health(&server), (Some(1), "not ready: server_stopping\n".to_owned()));
    is_delivered(&server, "evt_1").await;
    kept.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = kept.answer().await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    server.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_change_is_answered_before_the_end() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let server = Server::start(dir.path(), &provider.url);
    let (mut waiting, mut idle) = (Client::connect(&server).await, Client::connect(&server).await);
    waiting.send(waiting_request(&server).await.as_bytes()).await;
    idle.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(idle.answer().await.starts_with("HTTP/1.1 200"));
    let stopped = tokio::task::spawn_blocking(|| server.stop());
    let answer = timeout(PATIENCE, waiting.answer()).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 304") && answer.contains("connection: close"), "{answer}");
    assert!(idle.is_closed_within(PATIENCE).await);
    stopped.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn systemd_is_told_when_the_server_is_ready_and_when_it_stops() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let path = dir.path().join("notify");
    let told = UnixDatagram::bind(&path).unwrap();
    told.set_read_timeout(Some(PATIENCE)).unwrap();
    let next = || {
        let mut bytes = [0; 100];
        let length = told.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    };
    let server = Server::run(headshot(dir.path(), &provider.url).env("NOTIFY_SOCKET", &path));
    assert_eq!(next(), "READY=1\n");
    server.stop();
    assert_eq!(next(), "STOPPING=1\n");
}

#[test]
fn a_socket_that_is_none_of_tcp_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut command =
        headshot_with_socket(dir.path(), "http://127.0.0.1:1", &TcpListener::bind("127.0.0.1:0").unwrap());
    let (code, _, reason) = said(&command.stdin(Stdio::null()).stderr(Stdio::piped()).output().unwrap());
    assert_eq!(code, Some(2), "{reason}");
    assert!(reason.contains("cannot take the service manager's socket"), "{reason}");
    assert!(!dir.path().join("headshot.db").exists());
}

#[test]
fn where_no_server_is_health_says_so() {
    let (code, _, reason) = said(&bare(&["health", "--listen", "0.0.0.0:1"]).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(reason.starts_with("headshot: 0.0.0.0:1: ") && reason.contains("refused"), "{reason}");
    assert_eq!(bare(&["health", "--listen", "here"]).output().unwrap().status.code(), Some(2));
}

/// What `headshot health` says of a server.
fn health(server: &Server) -> (Option<i32>, String) {
    let port = server.address().rsplit_once(':').unwrap().1.to_owned();
    let (code, told, _) = said(&bare(&["health"]).env("HEADSHOT_LISTEN", format!("0.0.0.0:{port}")).output().unwrap());
    (code, told)
}

/// Providers that send deliveries, each on a connection that it keeps or on ever new ones, and browsers that wait; every
/// one of them fails the test where it is refused.
pub(crate) struct Clients {
    began: Instant,
    answered: Arc<Mutex<BTreeSet<String>>>,
    waited: Arc<AtomicUsize>,
    slowest: Arc<Mutex<Duration>>,
    is_over: Arc<AtomicBool>,
    all: JoinSet<()>,
}

impl Clients {
    pub(crate) async fn of(url: &str) -> Self {
        let mut clients = Self {
            began: Instant::now(),
            answered: Arc::default(),
            waited: Arc::default(),
            slowest: Arc::default(),
            is_over: Arc::default(),
            all: JoinSet::new(),
        };
        let (session, etag) = opened(url).await;
        for number in 0..EACH {
            clients.deliver(format!("kept_{number}"), client(), url.to_owned());
            let forgetful = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
            clients.deliver(format!("new_{number}"), forgetful, url.to_owned());
            clients.wait(session.clone(), etag.clone());
        }
        clients
    }

    fn deliver(&mut self, name: String, client: reqwest::Client, url: String) {
        let (answered, slowest) = (Arc::clone(&self.answered), Arc::clone(&self.slowest));
        let is_over = Arc::clone(&self.is_over);
        self.all.spawn(async move {
            for number in 0.. {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let (id, began) = (format!("evt_{name}_{number}"), Instant::now());
                let status =
                    send(&client, &url, &id).await.unwrap_or_else(|error| panic!("{id} was refused: {error:?}"));
                assert_eq!(status, 200, "{id}");
                let took = began.elapsed();
                let mut slowest = slowest.lock().unwrap();
                *slowest = took.max(*slowest);
                answered.lock().unwrap().insert(id);
            }
        });
    }

    fn wait(&mut self, session: String, etag: String) {
        let (waited, is_over, client) = (Arc::clone(&self.waited), Arc::clone(&self.is_over), client());
        self.all.spawn(async move {
            while !is_over.load(Ordering::SeqCst) {
                let request = client.get(&session).bearer_auth(API_KEY).header("if-none-match", &etag);
                let answer = request.header("prefer", "wait=2").send().await;
                let status = answer.unwrap_or_else(|error| panic!("a browser was refused: {error:?}")).status();
                assert!(status == 200 || status == 304, "{status}");
                waited.fetch_add(1, Ordering::SeqCst);
            }
        });
    }

    /// Goes on until many more are answered.
    pub(crate) async fn are_answered(&self) {
        let count = || self.answered.lock().unwrap().len();
        let enough = count() + ENOUGH;
        timeout(PATIENCE * 6, async {
            while count() < enough {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
        .expect("deliveries are answered");
    }

    /// Ends it, prints what it was, and answers with the events of the deliveries that were answered.
    pub(crate) async fn end(self, what: &str) -> BTreeSet<String> {
        self.are_answered().await;
        self.is_over.store(true, Ordering::SeqCst);
        self.all.join_all().await;
        let (answered, waited) = (self.answered.lock().unwrap().clone(), self.waited.load(Ordering::SeqCst));
        let (slowest, all) = (*self.slowest.lock().unwrap(), self.began.elapsed());
        println!("{what}: {} deliveries, {waited} waits, none refused, slowest {slowest:?} of {all:?}", answered.len());
        assert!(waited > 0 && slowest < PATIENCE, "{waited} waits, the slowest delivery took {slowest:?}");
        answered
    }
}

/// A session's address, and the tag of what there is to see of it.
pub(crate) async fn opened(url: &str) -> (String, String) {
    let body = r#"{"provider": "headshotpro", "email": "ada@example.test"}"#;
    let open = client().post(format!("{url}/v1/sessions")).bearer_auth(API_KEY);
    let opened = open.header("content-type", "application/json").body(body).send().await.unwrap();
    let session = format!("{url}{}", opened.headers()["location"].to_str().unwrap());
    let read = client().get(&session).bearer_auth(API_KEY).send().await.unwrap();
    (session, read.headers()["etag"].to_str().unwrap().to_owned())
}
