//! The server as its description has it, asked by what others have written: `openapi-spec-validator` and `schemathesis`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use headshot_api::{OpenedSession, Session, Upload};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{API_KEY, MODEL, SECRET, Skylab, StandIn, client, event, eventually, post_delivery, python};
use crate::process::Server;
use crate::skylab::durability::headshot_with_skylab;
use crate::skylab::jpeg;

const SETTINGS: &str = include_str!("schemathesis.toml");
const HOOKS: &str = include_str!("schemathesis_hooks.py");

/// Requests by operation and status.
type Asked = BTreeMap<String, BTreeMap<u64, usize>>;

/// A running server with something in it.
struct Furnished {
    server: Server,
    sessions: Vec<String>,
    /// Sessions that are submitted and not deleted.
    submitted: Vec<String>,
    /// With the sessions that they belong to, which are neither submitted nor deleted.
    uploads: BTreeMap<String, String>,
    photos: Vec<String>,
}

impl Furnished {
    async fn start(dir: &Path) -> Self {
        let (provider, skylab) = (StandIn::start().await, Skylab::start().await);
        let host = provider.url.replace("http://", "");
        let mut command = headshot_with_skylab(dir, &provider, &skylab);
        command.env("HEADSHOTPRO_PHOTO_HOSTS", host).env("HEADSHOT_ALLOW_NETWORKS", "127.0.0.0/8");
        // What is beyond a limit is not asked about anything else.
        let limits = ["HEADSHOT_LIMIT_HOST", "HEADSHOT_LIMIT_ADDRESS", "HEADSHOT_LIMIT_REFUSED"];
        let server = Server::run(command.envs(limits.map(|limit| (limit, "off"))));
        let mut furnished =
            Self { server, sessions: Vec::new(), submitted: Vec::new(), uploads: BTreeMap::new(), photos: Vec::new() };
        furnished.finish_one(&provider).await;
        for number in 0..6 {
            let (session, _) = furnished.begin_one(number).await;
            furnished.sessions.push(session);
            let (session, _) = furnished.begin_one(number).await;
            furnished.submitted.push(session);
            let (session, upload) = furnished.begin_one(number).await;
            furnished.uploads.insert(upload, session);
        }
        furnished
    }

    /// A session whose photos are there.
    async fn finish_one(&mut self, provider: &StandIn) {
        let id = self.open(json!({"provider": "headshotpro", "email": "ada@example.test"})).await;
        let now = Timestamp::now();
        let fresh = |id| {
            let mut photo = provider.photo(id);
            photo["expiresAt"] = json!((now + Duration::from_hours(24)).to_string());
            photo
        };
        provider.finish(MODEL, &["p1", "p2"]);
        provider.set_photos(["p1", "p2"].map(fresh).to_vec());
        let told = event("evt_1", "model.photos_ready", MODEL, "active", now);
        assert_eq!(post_delivery(&client(), &self.server.url, &told, now).await.unwrap(), 200);
        eventually("the photos are copied", async || {
            let read = client().get(format!("{}/v1/sessions/{id}", self.server.url)).bearer_auth(API_KEY);
            let session: Session = serde_json::from_slice(&read.send().await.unwrap().bytes().await.unwrap()).unwrap();
            self.photos = session.photos.into_iter().map(|photo| photo.id).collect();
            self.photos.len() == 2
        })
        .await;
        self.sessions.push(id);
    }

    /// A session with a photo of the person's, and that photo.
    async fn begin_one(&self, number: u32) -> (String, String) {
        let id = self.open(json!({"provider": "skylab"})).await;
        let send = client().post(format!("{}/v1/sessions/{id}/uploads", self.server.url)).bearer_auth(API_KEY);
        let answer = send.body(jpeg(640, 480, &number.to_string())).send().await.unwrap();
        let upload: Upload = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        (id, upload.id)
    }

    async fn open(&self, body: Value) -> String {
        let open = client().post(format!("{}/v1/sessions", self.server.url)).bearer_auth(API_KEY);
        let answer = open.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        let opened: OpenedSession = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        opened.session.id
    }

    /// What schemathesis may find here, for its settings.
    fn dictionaries(&self) -> String {
        let list = [
            ("sessions", json!(self.sessions)),
            ("submitted", json!(self.submitted)),
            ("untouched", json!(self.uploads.values().collect::<Vec<_>>())),
            ("uploads", json!(self.uploads.keys().collect::<Vec<_>>())),
            ("photos", json!(self.photos)),
            ("providers", json!(["headshotpro", "skylab"])),
            ("cursors", json!([0, 1, 2, 3])),
        ];
        let list = list.map(|(name, values)| format!("\n[dictionaries.{name}]\nvalues = {values}\n"));
        list.concat()
    }
}

/// A module of the Python that the set-up brought, in a folder that holds nothing else.
fn module(dir: &Path, name: &str, args: &[&str]) -> Command {
    let mut command = python();
    command.args(["-I", "-m", name]).args(args).current_dir(dir).env("NO_PROXY", "*");
    command
}

/// What it said, if it is content.
async fn said(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    said
}

async fn document(server: &Server) -> Value {
    let answer = client().get(format!("{}/openapi.json", server.url)).send().await.unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_one_of_openapi() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path(), &StandIn::start().await.url);
    fs::write(dir.path().join("openapi.json"), document(&server).await.to_string()).unwrap();
    let said = said(module(dir.path(), "openapi_spec_validator", &["openapi.json"])).await;
    assert_eq!(said.trim(), "openapi.json: OK");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_answers_as_it_is_described() {
    let dir = tempfile::tempdir().unwrap();
    let furnished = Furnished::start(dir.path()).await;
    let folder = dir.path().join("schemathesis");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("schemathesis.toml"), format!("{SETTINGS}{}", furnished.dictionaries())).unwrap();
    fs::write(folder.join("hooks.py"), HOOKS).unwrap();
    let (server, key) = (&furnished.server, format!("--header=Authorization: Bearer {API_KEY}"));
    let (url, location) = (format!("--url={}", server.url), format!("{}/openapi.json", server.url));
    let report = ["--report=ndjson", "--report-ndjson-path=report.ndjson"];
    let mut run =
        module(&folder, "schemathesis.cli", &["run", "--no-color", &url, &key, report[0], report[1], &location]);
    run.env("HEADSHOTPRO_WEBHOOK_SECRET", SECRET);
    run.env("SESSIONS_OF_UPLOADS", json!(furnished.uploads).to_string());
    println!("{}", said(run).await);
    let asked = asked(&fs::read_to_string(folder.join("report.ndjson")).unwrap());
    println!("{asked:#?}");
    // What was only ever refused has not been tried. Other providers sign, and only they are told addresses of sessions.
    for operation in operations(&document(server).await) {
        let is_tried = asked[&operation].keys().any(|status| (200..300).contains(status));
        assert!(is_tried || operation.starts_with("PATCH") || operation.ends_with("{tail}"), "{operation}");
    }
}

/// What there is to be asked. That the document can be read is known by then.
fn operations(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap().iter().filter(|(path, _)| *path != "/openapi.json");
    let methods = paths.flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method, path)));
    methods.map(|(method, path)| format!("{} {path}", method.to_uppercase())).collect()
}

/// What was asked, by schemathesis's report of events, one JSON object a line.
fn asked(report: &str) -> Asked {
    let mut asked = Asked::new();
    for line in report.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let recorder = &event["ScenarioFinished"]["recorder"];
        for (id, interaction) in recorder["interactions"].as_object().into_iter().flatten() {
            let (case, status) = (&recorder["cases"][id]["value"], &interaction["response"]["status_code"]);
            let operation = format!("{} {}", case["method"].as_str().unwrap(), case["path"].as_str().unwrap());
            *asked.entry(operation).or_default().entry(status.as_u64().unwrap()).or_default() += 1;
        }
    }
    asked
}
