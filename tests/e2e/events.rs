//! Events of the real server process, judged by the official libraries of Standard Webhooks in two languages.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, ensure};
use axum::{Router, extract::State, http::HeaderMap};
use headshot_tests::{program::prepared, session::open_session, stage::Stage, wait::until};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpListener, process::Command};

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const FOREIGN: &str = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

const HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

#[tokio::test(flavor = "multi_thread")]
async fn official_libraries_accept_what_the_server_signs_and_nothing_that_was_changed() -> Result<()> {
    let delivery = delivery_of(OLD).await?;
    let mut cases = vec![case(OLD, &delivery), case(FOREIGN, &delivery)];
    for name in ["webhook-id", "webhook-timestamp"] {
        let mut changed = delivery.clone();
        let value = changed["headers"][name].as_str().context("a header")?.to_owned();
        changed["headers"][name] = change(&value, value.len() - 1).into();
        cases.push(case(OLD, &changed));
    }
    let body = delivery["body"].as_str().context("a body")?.to_owned();
    for place in 0..body.len() {
        let mut changed = delivery.clone();
        changed["body"] = change(&body, place).into();
        cases.push(case(OLD, &changed));
    }
    for (library, verdicts) in verdicts(&cases).await? {
        ensure!(verdicts.len() == cases.len(), "{library} answered {} of {} cases", verdicts.len(), cases.len());
        let accepted: Vec<_> = (0..cases.len()).filter(|number| verdicts[*number]).collect();
        ensure!(accepted == [0], "{library} accepted the cases {accepted:?} of {}", cases.len());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn official_libraries_accept_both_secrets_while_one_is_being_replaced() -> Result<()> {
    let delivery = delivery_of(&format!("{NEW},{OLD}")).await?;
    let cases = [case(NEW, &delivery), case(OLD, &delivery), case(FOREIGN, &delivery)];
    for (library, verdicts) in verdicts(&cases).await? {
        ensure!(verdicts == [true, true, false], "{library}: {verdicts:?}");
    }
    Ok(())
}

/// What a host application receives from a server that signs with these secrets when a session is opened.
async fn delivery_of(secrets: &str) -> Result<Value> {
    let pages = TempDir::new()?;
    let received = Arc::<Mutex<Vec<Value>>>::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/events", listener.local_addr()?);
    let host = Router::new().fallback(receive).with_state(Arc::clone(&received));
    tokio::spawn(async move { axum::serve(listener, host).await });
    let settings = vec![
        ("HEADSHOT_EVENTS_URL", url),
        ("HEADSHOT_EVENTS_SECRET", secrets.to_owned()),
        ("HEADSHOT_ALLOW_NETWORKS", "127.0.0.0/8".to_owned()),
    ];
    let stage = Stage::start_with(pages.path(), 1, settings).await?;
    open_session(&stage).await?;
    until("an event", async || Ok(received.lock().unwrap_or_else(PoisonError::into_inner).first().cloned())).await
}

async fn receive(State(received): State<Arc<Mutex<Vec<Value>>>>, headers: HeaderMap, body: String) {
    let header = |name| (name, headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default());
    let headers: std::collections::BTreeMap<_, _> = HEADERS.map(header).into();
    received.lock().unwrap_or_else(PoisonError::into_inner).push(json!({ "headers": headers, "body": body }));
}

fn case(secret: &str, delivery: &Value) -> Value {
    json!({ "secret": secret, "headers": delivery["headers"], "body": delivery["body"] })
}

/// The same text with another byte in one place, and still text.
fn change(text: &str, place: usize) -> String {
    let changed = text.bytes().enumerate().map(|(at, byte)| if at == place { byte ^ 1 } else { byte });
    changed.map(char::from).collect()
}

/// What each library says about each case.
async fn verdicts(cases: &[Value]) -> Result<Vec<(&'static str, Vec<bool>)>> {
    let script = |folder: PathBuf, name: &str| folder.join(name);
    let python = script(Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e"), "standardwebhooks.py");
    let node = script(prepared("HEADSHOT_CONSUMERS"), "standardwebhooks.mjs");
    Ok(vec![
        // Without isolation, a module in the working directory could stand in for the locked one.
        ("the Python library", ask(Command::new(prepared("HEADSHOT_PYTHON")).arg("-I").arg(python), cases).await?),
        ("the JavaScript library", ask(Command::new("node").arg(node), cases).await?),
    ])
}

async fn ask(command: &mut Command, cases: &[Value]) -> Result<Vec<bool>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("standard input is piped")?;
    input.write_all(&serde_json::to_vec(cases)?).await?;
    drop(input);
    let ended = child.wait_with_output().await?;
    ensure!(ended.status.success(), "the script failed, see above");
    Ok(serde_json::from_slice(&ended.stdout)?)
}
