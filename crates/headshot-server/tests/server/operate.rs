//! The commands of an operator beside a running server.

use serde_json::{Value, json};

use crate::common::{API_KEY, EVENTS_SECRET, Host, Load, MODEL, StandIn, client, event, eventually, post_delivery};
use crate::process::{Server, headshot, tell};

/// A server with one session whose host application is told every event.
struct Running {
    server: Server,
    provider: StandIn,
    host: Host,
    dir: tempfile::TempDir,
    session: String,
}

impl Running {
    async fn new() -> Self {
        let (provider, host) = (StandIn::start().await, Host::start().await);
        let dir = tempfile::tempdir().unwrap();
        let server = start(&dir, &provider, &host);
        let session = open(&server.url, "ada@example.test").await;
        Self { server, provider, host, dir, session }
    }

    fn restart(&mut self) {
        self.server = start(&self.dir, &self.provider, &self.host);
    }

    fn tell(&self, args: &[&str]) -> (Option<i32>, String, String) {
        tell(self.dir.path(), args)
    }

    fn fine(&self, args: &[&str]) -> String {
        let (code, out, errors) = self.tell(args);
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{args:?}: {out}");
        out
    }

    fn json(&self, args: &[&str]) -> Vec<Value> {
        let out = self.fine(&[args, &["--json"]].concat());
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    async fn heard(&self, events: usize) {
        eventually("the host application has heard", async || self.host.heard().len() >= events).await;
    }

    async fn deliver(&self, id: &str, status: &str) {
        assert_eq!(deliver(&self.server.url, id, status).await, 200);
    }

    /// Changes the file while no server runs.
    fn execute(&self, sql: &str) {
        rusqlite::Connection::open(self.dir.path().join("headshot.db")).unwrap().execute_batch(sql).unwrap();
    }
}

fn start(dir: &tempfile::TempDir, provider: &StandIn, host: &Host) -> Server {
    let mut command = headshot(dir.path(), &provider.url);
    Server::run(command.envs([
        ("HEADSHOT_EVENTS_URL", format!("{}?key=of-the-address", host.url).as_str()),
        ("HEADSHOT_EVENTS_SECRET", EVENTS_SECRET),
        ("HEADSHOT_ALLOW_NETWORKS", "127.0.0.0/8"),
    ]))
}

async fn open(url: &str, email: &str) -> String {
    let body = json!({"provider": "headshotpro", "email": email, "reference": "employee 7"}).to_string();
    let request = client().post(format!("{url}/v1/sessions")).bearer_auth(API_KEY);
    let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let opened: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    opened["session"]["id"].as_str().unwrap().to_owned()
}

async fn deliver(url: &str, id: &str, status: &str) -> u16 {
    let now = jiff::Timestamp::now();
    post_delivery(&client(), url, &event(id, "model.status.updated", MODEL, status, now), now).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_shows_what_the_store_holds() {
    let running = Running::new().await;
    running.provider.set_model(MODEL, json!({"id": MODEL, "status": "pending"}));
    running.deliver("evt_1", "pending").await;
    running.heard(2).await;
    eventually("all is told", async || running.json(&["outbox", "list", "--status", "delivered"]).len() == 2).await;
    let sessions = running.json(&["sessions", "list"]);
    assert_eq!(sessions.len(), 1);
    assert_eq!((&sessions[0]["id"], &sessions[0]["reference"]), (&json!(running.session), &json!("employee 7")));
    assert_eq!(sessions[0]["testMode"], json!(false));
    let deliveries = running.json(&["deliveries", "list"]);
    assert_eq!(
        [&deliveries[0]["eventId"], &deliveries[0]["sessionId"], &deliveries[0]["trust"]],
        [&json!("evt_1"), &json!(running.session), &json!("body")]
    );
    let events = running.json(&["events", "list"]);
    let types: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["session.status_changed", "session.opened"]);
    assert_eq!(events[0]["status"], "delivered");
    assert_eq!(events[0]["data"]["providerStatus"], "pending");
    let table = running.fine(&["outbox", "list"]);
    assert!(table.starts_with("id") && table.contains("session.opened"), "{table}");
    let shown = running.fine(&["sessions", "show", &running.session]);
    assert!(["\ndeliveries\n", "\nevents\n", "\noutbox\n"].iter().all(|part| shown.contains(part)), "{shown}");
    let all = [table, shown, running.fine(&["outbox", "list", "--json"])].concat();
    assert!(!all.contains("of-the-address") && !all.contains("token="), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_list_down() {
    let running = Running::new().await;
    running.deliver("evt_1", "pending").await;
    let count = |args: &[&str]| running.json(&[&["deliveries", "list"], args].concat()).len();
    assert_eq!(count(&["--since", "1h"]), 1);
    assert_eq!(count(&["--since", "2099-01-01T00:00:00Z"]), 0);
    assert_eq!(count(&["--status", "recorded", "--provider", "headshotpro"]), 1);
    assert_eq!(count(&["--status", "unread"]), 0);
    assert_eq!(count(&["--provider", "scale"]), 0);
    assert_eq!(count(&["--session", &running.session]), 1);
    assert_eq!(count(&["--session", "ses_0"]), 0);
    assert_eq!(count(&["--limit", "0"]), 0);
    assert_eq!(running.fine(&["deliveries", "list", "--limit", "0"]), "none\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_and_a_delivery_make_the_server_ask_the_provider_again_at_once() {
    let running = Running::new().await;
    running.deliver("evt_1", "pending").await;
    let asked = || running.provider.calls_to(MODEL).len();
    eventually("the delivery rang", async || asked() == 1).await;
    assert_eq!(running.fine(&["sessions", "replay", &running.session]), "1 sessions are read again, now\n");
    eventually("the session was read again", async || asked() == 2).await;
    assert_eq!(running.json(&["deliveries", "replay", "1"]), [json!({"replayed": 1})]);
    eventually("the delivery rang again", async || asked() == 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_or_told_is_sent_again_with_the_same_id() {
    let mut running = Running::new().await;
    running.heard(1).await;
    let id = running.host.heard()[0].event().id;
    running.fine(&["events", "replay", &id]);
    running.heard(2).await;
    eventually("it is told", async || running.json(&["outbox", "list", "--status", "delivered"]).len() == 1).await;
    running.server.kill();
    running.execute("UPDATE outbox SET state = 'dead', attempts = 10; UPDATE endpoints SET sick_until = 9e15");
    running.restart();
    assert_eq!(running.json(&["outbox", "list", "--status", "dead"]).len(), 1);
    running.fine(&["outbox", "replay", "--status", "dead"]);
    running.heard(3).await;
    assert!(running.host.heard().iter().all(|heard| heard.event().id == id));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_it_is_done_when_one_starts() {
    let mut running = Running::new().await;
    running.heard(1).await;
    eventually("it is told", async || running.json(&["outbox", "list", "--status", "delivered"]).len() == 1).await;
    running.server.kill();
    assert_eq!(running.fine(&["outbox", "replay", "1"]), "1 events are sent again, when the server starts\n");
    assert!(running.fine(&["prune"]).starts_with("removed 0 bodies of deliveries"));
    running.restart();
    running.heard(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_and_deliveries_do_not_hinder_each_other() {
    let running = Running::new().await;
    let url = running.server.url.clone();
    let load = Load::of(move |id| {
        let url = url.clone();
        async move { deliver(&url, &id, "pending").await }
    });
    for _ in 0..10 {
        let before = load.answered();
        running.fine(&["deliveries", "list"]);
        running.fine(&["sessions", "replay", &running.session]);
        running.fine(&["prune"]);
        eventually("deliveries go on", async || load.answered() > before).await;
    }
    let answered = load.end().await;
    let kept = running.json(&["deliveries", "list", "--limit", "100000"]).len();
    assert_eq!(kept, answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_path_is_too_long_for_a_socket_the_server_runs_and_the_log_and_the_command_say_so() {
    let provider = StandIn::start().await;
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("x".repeat(120));
    std::fs::create_dir(&deep).unwrap();
    let _server = Server::start(&deep, &provider.url);
    assert!(tell(&deep, &["sessions", "list"]).1.starts_with("none"));
    let (code, _, errors) = tell(&deep, &["prune"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("another process has it open; no server takes commands at "), "{errors}");
    let log = std::fs::read_to_string(deep.join("log")).unwrap();
    assert!(log.contains("commands of this machine cannot be taken"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_be_carried_out_says_why() {
    let running = Running::new().await;
    let misused: [(&[&str], &str); 6] = [
        (&["sessions", "list", "--status", "redy"], "it is one of: awaiting_user, in_review, processing, ready"),
        (&["deliveries", "list", "--since", "yesterday"], "--since is neither"),
        (&["outbox", "replay"], "name ids, or say which ones"),
        (&["deliveries", "show", "1", "--body"], "--body is for refused deliveries"),
        (&["sessions", "list", "--database-url", "headshot.db"], "HEADSHOT_DATABASE_URL (--database-url) is neither"),
        (&["prune", "--retention-bodies", "long"], "HEADSHOT_RETENTION_BODIES (--retention-bodies) is not a time"),
    ];
    for (args, reason) in misused {
        let (code, out, errors) = running.tell(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(errors.contains(reason), "{args:?}: {errors}");
    }
    let failed: [(&[&str], &str); 3] = [
        (&["sessions", "show", "ses_0"], "there is nothing of the id ses_0"),
        (&["events", "list", "--database-url", "sqlite:nowhere.db"], "nowhere.db: "),
        (&["prune", "--database-url", "sqlite:nowhere.db"], "nowhere.db: there is no such file"),
    ];
    for (args, reason) in failed {
        let (code, out, errors) = running.tell(args);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{args:?}");
        assert!(errors.contains(reason), "{args:?}: {errors}");
    }
    let (code, out, _) = running.tell(&["sessions", "replay", "ses_0"]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("nothing was set going again"), "{out}");
    assert!(!running.dir.path().join("nowhere.db").exists());
}
