//! Servers on one database with clients that never rest: a provider that moves its sessions on and tells either server, and
//! browsers that read them at all.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::history::{Act, Kind, violation};
use crate::common::{API_KEY, StandIn, client, event, post_delivery};
use crate::durability::{self, Losses};
use crate::postgres::{kept, on};
use crate::process::{Server, headshot};

const SESSIONS: usize = 4;

/// Longer than a server looks for its database, and longer than anybody waits for an answer.
const BOUND: Duration = Duration::from_mins(3);

/// What the trial's clients share.
struct Shared {
    urls: Vec<String>,
    /// The paths of the sessions.
    sessions: Vec<String>,
    provider: StandIn,
    acts: Mutex<Vec<Act>>,
    answered: Mutex<BTreeSet<String>>,
    is_over: AtomicBool,
}

/// Servers and their clients.
pub(super) struct Trial {
    pub(super) servers: Vec<Server>,
    shared: Arc<Shared>,
    clients: JoinSet<()>,
    _log: Log,
    _dir: TempDir,
}

/// What the servers have logged, told where the test fails.
struct Log(PathBuf);

impl Drop for Log {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", std::fs::read_to_string(&self.0).unwrap_or_default());
        }
    }
}

/// A server on this database, before it is started.
pub(super) struct Settings<'t> {
    pub(super) dir: &'t TempDir,
    pub(super) provider: &'t StandIn,
}

impl Settings<'_> {
    pub(super) fn server(&self, address: &str) -> Command {
        let mut command = on(address, self.dir.path(), headshot(self.dir.path(), &self.provider.url));
        command.env("HEADSHOT_LIMIT_HOST", "off");
        command
    }
}

impl Trial {
    /// With one server on each of these addresses of one database.
    pub(super) async fn of(addresses: &[&str]) -> Self {
        Self::with(|settings| addresses.iter().map(|address| settings.server(address)).collect()).await
    }

    /// With these servers, the last of which reaches the provider.
    pub(super) async fn with(commands: impl FnOnce(&Settings<'_>) -> Vec<Command>) -> Self {
        let (dir, provider) = (tempfile::tempdir().unwrap(), StandIn::start().await);
        let log = Log(dir.path().join("log"));
        let commands = commands(&Settings { dir: &dir, provider: &provider });
        let servers: Vec<_> = commands.into_iter().map(|mut command| Server::run(&mut command)).collect();
        let urls: Vec<_> = servers.iter().map(|server| server.url.clone()).collect();
        let mut sessions = Vec::new();
        for number in 0..SESSIONS {
            sessions.push(open(urls.last().unwrap(), number).await);
        }
        // What it says about a session is often older than a delivery that comes meanwhile.
        provider.be_slow(Duration::from_millis(50));
        let (acts, answered, is_over) = Default::default();
        let shared = Arc::new(Shared { urls, sessions, provider, acts, answered, is_over });
        let mut clients = JoinSet::new();
        for session in 0..SESSIONS {
            clients.spawn(Arc::clone(&shared).move_on(session));
            clients.spawn(Arc::clone(&shared).read(session));
            clients.spawn(Arc::clone(&shared).wait(session));
        }
        Self { servers, shared, clients, _log: log, _dir: dir }
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.shared.answered.lock().unwrap().len()
    }

    /// Waits until so many more deliveries are answered with 200.
    pub(super) async fn goes_on_for(&self, more: usize) {
        let enough = self.acknowledged() + more;
        self.in_time("more is acknowledged", async || self.acknowledged() >= enough).await;
    }

    /// Waits until these servers say that they are not ready, and checks that they answer with 503 and the code for it.
    /// Answers with the time that this took, and since when it is so.
    pub(super) async fn is_away(&self, servers: &[usize]) -> (Duration, Instant) {
        let (away, ()) = tokio::join!(self.takes_no_writes(servers), async {
            join_all(servers.iter().map(|server| self.cannot_be_read(*server))).await;
        });
        away
    }

    /// The same of a database that can be read.
    pub(super) async fn takes_no_writes(&self, servers: &[usize]) -> (Duration, Instant) {
        let began = Instant::now();
        for &server in servers {
            self.in_time("it is not ready", async || self.readiness(server).await == 503).await;
        }
        let away = (began.elapsed(), Instant::now());
        let refused = servers.iter().map(async |&server| {
            let answered = timeout(BOUND, durability::send(&client(), &self.shared.urls[server], "while_away")).await;
            assert_eq!(answered.unwrap().unwrap(), 503);
        });
        join_all(refused).await;
        away
    }

    async fn cannot_be_read(&self, server: usize) {
        let url = format!("{}{}", self.shared.urls[server], self.shared.sessions[0]);
        let answer = timeout(BOUND, client().get(url).bearer_auth(API_KEY).send()).await.unwrap().unwrap();
        let status = answer.status().as_u16();
        let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!((status, &problem["code"]), (503, &json!("store_unavailable")), "{problem}");
    }

    /// Checks that these servers have acknowledged nothing that they were asked since then.
    pub(super) fn acknowledged_nothing(&self, servers: &[usize], since: Instant) {
        let acts = self.shared.acts.lock().unwrap();
        let wrong = acts
            .iter()
            .find(|act| matches!(act.kind, Kind::Acknowledged) && servers.contains(&act.server) && act.begun >= since);
        assert!(wrong.is_none(), "{wrong:?}");
    }

    /// Waits until every server is ready and acknowledges again; answers with how long that took.
    pub(super) async fn recovers(&self) -> Duration {
        let began = Instant::now();
        for server in 0..self.servers.len() {
            self.in_time("it is ready again", async || self.readiness(server).await == 200).await;
            self.in_time("it acknowledges again", async || {
                let acts = self.shared.acts.lock().unwrap();
                let mut latest = acts.iter().rev().take_while(|act| act.ended >= began);
                latest.any(|act| matches!(act.kind, Kind::Acknowledged) && act.server == server && act.begun >= began)
            })
            .await;
        }
        began.elapsed()
    }

    /// Ends it, and checks that nothing was lost and that what was read is one history.
    pub(super) async fn end(self, database: &str, fault: &str, rounds: u32, recovered: &[Duration]) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        timeout(BOUND, self.clients.join_all()).await.expect("the clients end");
        let acts = std::mem::take(&mut *self.shared.acts.lock().unwrap());
        let count = |kind: fn(&Kind) -> bool| acts.iter().filter(|act| kind(&act.kind)).count();
        let reads = count(|kind| matches!(kind, Kind::Read { .. }));
        assert!(reads > 100, "{reads} reads");
        assert_eq!(violation(&acts), None);
        let longest = recovered.iter().max().map_or(0.0, Duration::as_secs_f64);
        let kept = kept(database).await;
        println!("{reads} reads are one history; recovered by itself in {longest:.1} s");
        Losses::among(&self.shared.answered.lock().unwrap(), &kept).are_none(fault, rounds);
    }

    async fn readiness(&self, server: usize) -> u16 {
        let url = format!("{}/readyz", self.shared.urls[server]);
        client().get(url).send().await.unwrap().status().as_u16()
    }

    async fn in_time(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !is_so().await {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(BOUND, waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
    }
}

/// The path of a new session; the provider's models are numbered from 1.
async fn open(url: &str, number: usize) -> String {
    let body = json!({"provider": "headshotpro", "email": format!("person-{number}@example.test")});
    let opening = client().post(format!("{url}/v1/sessions")).bearer_auth(API_KEY);
    let opening = opening.header("content-type", "application/json").body(body.to_string());
    let answer = opening.send().await.unwrap();
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    answer.headers()["location"].to_str().unwrap().to_owned()
}

impl Shared {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    fn note(&self, act: Act) {
        self.acts.lock().unwrap().push(act);
    }

    /// As the provider: says the next thing, and tells one server after the other of it until one has taken it.
    async fn move_on(self: Arc<Self>, session: usize) {
        let (client, model) = (client(), format!("{:024x}", session + 1));
        for step in 1.. {
            let status = format!("step_{step}");
            let begun = Instant::now();
            self.note(Act { session, server: 0, step, begun, ended: begun, kind: Kind::Said });
            self.provider.set_model(&model, json!({"id": model, "status": status}));
            let id = format!("evt_{session}_{step}");
            let event = event(&id, "model.status.updated", &model, &status, Timestamp::now());
            for server in (session..).map(|number| (number + usize::try_from(step).unwrap()) % self.urls.len()) {
                if self.is_over() {
                    return;
                }
                let begun = Instant::now();
                let status = post_delivery(&client, &self.urls[server], &event, Timestamp::now()).await.unwrap();
                if status == 200 {
                    self.note(Act { session, server, step, begun, ended: Instant::now(), kind: Kind::Acknowledged });
                    self.answered.lock().unwrap().insert(id);
                    break;
                }
                assert_eq!(status, 503);
                sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// As browsers that read once.
    async fn read(self: Arc<Self>, session: usize) {
        let client = client();
        for server in (0..self.urls.len()).cycle() {
            if self.is_over() {
                return;
            }
            let request = client.get(format!("{}{}", self.urls[server], self.sessions[session])).bearer_auth(API_KEY);
            let _ = self.look(session, server, request, None).await;
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// As a browser that wants to know of each change, sometimes from another server.
    async fn wait(self: Arc<Self>, session: usize) {
        let (client, mut held) = (client(), None);
        for server in (0..self.urls.len()).cycle() {
            for _ in 0..5 {
                if self.is_over() {
                    return;
                }
                let request = client.get(format!("{}{}", self.urls[server], self.sessions[session]));
                let request = request.bearer_auth(API_KEY).header("prefer", "wait=2");
                let tag = held.as_ref().map_or("", |(etag, ..): &(String, String, u64)| etag);
                let request = request.header("if-none-match", tag);
                match self.look(session, server, request, held.clone()).await {
                    Some(seen) => held = Some(seen),
                    None => sleep(Duration::from_millis(20)).await,
                }
            }
        }
    }

    /// The tag, body and step that a server shows; none where it says that it cannot.
    async fn look(
        &self,
        session: usize,
        server: usize,
        request: reqwest::RequestBuilder,
        held: Option<(String, String, u64)>,
    ) -> Option<(String, String, u64)> {
        let begun = Instant::now();
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let tag = answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
        let body = answer.text().await.unwrap();
        let seen = match status {
            200 => {
                let shown: Value = serde_json::from_str(&body).unwrap();
                let step =
                    shown["providerStatus"].as_str().unwrap().strip_prefix("step_").map_or(0, |it| it.parse().unwrap());
                (tag.unwrap(), body, step)
            }
            304 => held.filter(|(etag, ..)| Some(etag) == tag.as_ref()).expect("nothing else is held"),
            _ => {
                assert!(status == 503 && body.contains("store_unavailable"), "{status} {body}");
                return None;
            }
        };
        let (etag, body, step) = seen.clone();
        self.note(Act { session, server, step, begun, ended: Instant::now(), kind: Kind::Read { etag, body } });
        Some(seen)
    }
}
