//! `headshot doctor` beside a running server.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::common::{API_KEY, MODEL, SECRET, StandIn, client, event, signed};
use crate::process::{Server, bare, headshot, said};

/// A running server, its provider, and a doctor that is told the same as it.
struct Patient {
    server: Server,
    provider: StandIn,
    dir: tempfile::TempDir,
}

impl Patient {
    async fn new() -> Self {
        let provider = StandIn::start().await;
        let dir = tempfile::tempdir().unwrap();
        let server = Server::start(dir.path(), &provider.url);
        Self { server, provider, dir }
    }

    fn doctor(&self) -> Command {
        let serve = headshot(self.dir.path(), &self.provider.url);
        let variables = serve.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let mut command = bare(&["doctor", "--json"]);
        command.envs(variables).env("HEADSHOT_PUBLIC_URL", &self.server.url).current_dir(self.dir.path());
        command
    }

    async fn deliver(&self, spoiled: &str) {
        let now = jiff::Timestamp::now();
        let body = event("evt_1", "model.status.updated", MODEL, "pending", now).to_string();
        let request = client().post(format!("{}/v1/webhooks/headshotpro", self.server.url));
        let headers = signed(&[body.as_bytes(), spoiled.as_bytes()].concat(), now);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(body).send().await.unwrap();
    }
}

/// The exit code and the finding of each check.
fn examined(command: &mut Command) -> (Option<i32>, BTreeMap<String, Value>) {
    let (code, out, errors) = said(&command.output().unwrap());
    assert_eq!(errors, "");
    for secret in [SECRET, API_KEY, "the-server-key"] {
        assert!(!out.contains(secret), "{out}");
    }
    let findings = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    (code, findings.map(|finding| (finding["check"].as_str().unwrap().to_owned(), finding)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_server_has_nothing_that_fails() {
    let patient = Patient::new().await;
    patient.deliver("").await;
    patient.provider.answer_next(200, &json!({"success": true, "credits": 5}));
    let (code, findings) = examined(&mut patient.doctor());
    let expected = [
        "clock",
        "configuration",
        "database",
        "outbox",
        "photo folder",
        "upload folder",
        "provider key",
        "public URL",
        "server",
        "webhooks",
    ];
    for check in expected {
        assert_eq!(findings[check]["level"], "ok", "{}", findings[check]);
    }
    assert!(!findings["webhooks"]["found"].as_str().unwrap().contains("refused"));
    for check in ["descriptors", "database's disk", "photos' disk"] {
        assert!(findings.contains_key(check), "{check}");
    }
    assert!(findings.values().all(|finding| finding["level"] != "fail") == (code == Some(0)));
    let asked = patient.provider.calls_to("/organization/credits");
    assert_eq!(asked[0].authorization.as_deref(), Some("Bearer the-server-key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_a_remedy() {
    let patient = Patient::new().await;
    patient.deliver("").await;
    patient.deliver("spoiled").await;
    let date = HeaderMap::from_iter([("date".parse().unwrap(), "Fri, 02 Jan 2026 03:04:05 GMT".parse().unwrap())]);
    patient.provider.answer_next_with(401, date, json!({"success": false}).to_string());
    fs::write(patient.dir.path().join("headshot.db.photos/.headshot-store"), "another").unwrap();
    let (code, findings) = examined(patient.doctor().env("HEADSHOT_PUBLIC_URL", "http://127.0.0.1:1"));
    assert_eq!(code, Some(1));
    for (check, found) in [
        ("provider key", "headshotpro refuses it"),
        ("clock", "ahead of the provider's"),
        ("photo folder", "belongs to another database"),
        ("webhooks", "was refused: signature_mismatch"),
        ("public URL", "could not be reached"),
    ] {
        let finding = &findings[check];
        assert_eq!(finding["level"], "fail", "{finding}");
        assert!(finding["found"].as_str().unwrap().contains(found), "{finding}");
        assert_ne!(finding["remedy"], Value::Null, "{finding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_anybody_can_send_is_no_failure() {
    let patient = Patient::new().await;
    patient.deliver("").await;
    let sent = client().post(format!("{}/v1/webhooks/headshotpro", patient.server.url)).body("{}").send().await;
    assert_eq!(sent.unwrap().status(), 401);
    let (_, findings) = examined(&mut patient.doctor());
    assert_eq!(findings["webhooks"]["level"], "warn", "{}", findings["webhooks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_provider_that_is_on_is_asked() {
    let patient = Patient::new().await;
    let base = format!("{}/api", patient.provider.url);
    examined(patient.doctor().envs([
        ("SCALE_API_KEY", "a-key"),
        ("SCALE_WEBHOOK_SECRET", SECRET),
        ("SCALE_STUDIO_ID", "7"),
        ("SCALE_BASE_URL", &base),
        ("SKYLAB_API_KEY", "a-key"),
        ("SKYLAB_WEBHOOK_SECRET", SECRET),
        ("SKYLAB_BASE_URL", &base),
    ]));
    for (path, times) in [("/organization/credits", 1), ("/api/contacts", 1), ("/api/profiles", 1)] {
        assert_eq!(patient.provider.calls_to(path).len(), times, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_behind_the_public_url_is_told() {
    let patient = Patient::new().await;
    let (_, findings) = examined(patient.doctor().env("HEADSHOT_PUBLIC_URL", &patient.provider.url));
    assert_eq!(findings["public URL"]["level"], "fail");
    patient.provider.answer_next(404, &json!({}));
    patient.provider.answer_next(200, &json!({"hello": "world"}));
    let (_, findings) = examined(patient.doctor().env("HEADSHOT_PUBLIC_URL", &patient.provider.url));
    assert!(findings["public URL"]["found"].as_str().unwrap().ends_with("is answered by another program"));
    assert_eq!(findings["provider key"]["level"], "warn");
}

#[test]
fn what_the_configuration_lacks_is_told_and_the_rest_is_looked_at_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("headshot.toml"), "api_key = 'too-short'").unwrap();
    fs::set_permissions(dir.path().join("headshot.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    let (code, out, _) = said(&bare(&["doctor"]).current_dir(dir.path()).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(out.contains("fail  configuration    HEADSHOT_API_KEY (--api-key) has fewer"), "{out}");
    assert!(out.contains("fail  configuration    HEADSHOT_PUBLIC_URL (--public-url) is missing"), "{out}");
    assert!(out.contains("warn  settings file    headshot.toml holds secrets, and others may read it"), "{out}");
    assert!(out.contains("warn  database         there is none yet\n                       remedy: "), "{out}");
    assert!(!out.contains("too-short") && !dir.path().join("headshot.db").exists(), "{out}");
}
