//! `headshot explain`, as it is started.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::common::SECRET;
use crate::process::{bare, said};

const NOW: &str = "1767323050";
const VECTORS: &str = include_str!("../../../headshot-explain/vectors/explain.json");

fn vector(name: &str) -> Value {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    vectors.into_iter().find(|vector| vector["name"] == name).unwrap()
}

/// Explains the delivery of a vector with these arguments more.
fn explain(dir: &Path, vector: &Value, more: &[&str]) -> Output {
    fs::write(dir.join("secret"), vector["secrets"][0].as_str().unwrap()).unwrap();
    fs::write(dir.join("headers"), vector["headers"].to_string()).unwrap();
    fs::write(dir.join("body.json"), vector["body"].as_str().unwrap()).unwrap();
    let words = ["--provider", "headshotpro", "--secret-file", "secret", "--headers", "headers", "body.json"];
    headshot(dir, &[&words, more].concat())
}

fn headshot(dir: &Path, words: &[&str]) -> Output {
    bare(&[&["explain"], words].concat()).current_dir(dir).output().unwrap()
}

#[test]
fn says_that_a_delivery_is_genuine() {
    let dir = tempfile::tempdir().unwrap();
    let genuine = vector("a genuine delivery");
    let told = |more: &[&str]| said(&explain(dir.path(), &genuine, more));
    assert_eq!(told(&["--now", NOW]), (Some(0), "genuine\n".into(), String::new()));
    assert_eq!(told(&["--now", "2026-01-02T03:04:10Z"]).0, Some(0));
    let json = "{\"verdict\":\"genuine\",\"findings\":[]}\n";
    assert_eq!(told(&["--now", NOW, "--json"]), (Some(0), json.into(), String::new()));
}

#[test]
fn names_mistake_and_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let (code, out, errors) = said(&explain(dir.path(), &vector("printed again by Python"), &["--now", NOW]));
    assert_eq!((code, errors.as_str()), (Some(1), ""));
    assert!(out.starts_with("refused: signature_mismatch\n"), "{out}");
    assert!(out.contains("\nbody_reserialized\n  what:   the body was parsed and printed again"), "{out}");
    assert!(out.contains("\n  remedy: verify the raw bytes"), "{out}");
    assert!(!out.contains(SECRET) && !out.contains("evt_"), "{out}");
}

#[test]
fn an_old_recording_is_told_from_a_wrong_clock_by_the_time_of_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let genuine = vector("a genuine delivery");
    let (_, out, _) = said(&explain(dir.path(), &genuine, &[]));
    assert!(
        out.contains("\nclock_ahead\n") && out.contains("\n  or:     this is a recording; say with --now"),
        "{out}"
    );
    let (_, out, _) = said(&explain(dir.path(), &genuine, &["--now", "2026-01-03T00:00:00Z"]));
    assert!(out.contains("\nclock_ahead\n") && !out.contains("--now"), "{out}");
}

/// Explains the delivery of a vector of any provider, with every secret that it holds.
fn explain_whole(dir: &Path, vector: &Value) -> Output {
    let now = vector["now"].to_string();
    let words = ["--json", "--tolerance", "300", "--now", &now, "--provider", vector["provider"].as_str().unwrap()];
    let mut words = words.map(str::to_owned).to_vec();
    for (place, secret) in secrets(vector).iter().enumerate() {
        let file = format!("secret-{place}");
        // The one line end that is not part of it, so that those before it are.
        fs::write(dir.join(&file), [secret, &b"\n"[..]].concat()).unwrap();
        words.extend(["--secret-file".into(), file]);
    }
    fs::write(dir.join("headers"), vector["headers"].to_string()).unwrap();
    fs::write(dir.join("body"), vector["body"].as_str().unwrap()).unwrap();
    words.extend(["--headers".into(), "headers".into(), "body".into()]);
    headshot(dir, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn secrets(vector: &Value) -> Vec<Vec<u8>> {
    let texts = |name: &str| vector[name].as_array().into_iter().flatten().map(|text| text.as_str().unwrap());
    let raw = texts("secretsBase64").map(|text| BASE64_STANDARD.decode(text).unwrap());
    texts("secrets").map(Into::into).chain(raw).collect()
}

#[test]
fn explains_what_every_other_provider_sent() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let others = vectors.iter().filter(|vector| vector["provider"] != "headshotpro");
    let mut codes = BTreeSet::new();
    for vector in others {
        let dir = tempfile::tempdir().unwrap();
        let (code, out, errors) = said(&explain_whole(dir.path(), vector));
        let told: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{}: {out}{errors}", vector["name"]));
        let findings: Vec<&Value> =
            told["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert_eq!(findings, vector["findings"].as_array().unwrap().iter().collect::<Vec<_>>(), "{}", vector["name"]);
        assert_eq!(code, Some(i32::from(!findings.is_empty())), "{}", vector["name"]);
        codes.insert((vector["provider"].as_str().unwrap(), code));
    }
    let both = ["scale", "skylab", "standardwebhooks"].map(|provider| [(provider, Some(0)), (provider, Some(1))]);
    assert_eq!(codes, both.concat().into_iter().collect());
}

#[test]
fn a_provider_that_is_declared_elsewhere_is_not_known_here() {
    let dir = tempfile::tempdir().unwrap();
    let mut genuine = vector("a genuine delivery");
    for provider in ["acme", "HeadshotPro", "", r#"{"provider":"acme","signatureHeader":"x-acme","signed":"{body}"}"#] {
        genuine["provider"] = provider.into();
        let (code, out, errors) = said(&explain_whole(dir.path(), &genuine));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{errors}");
        let known =
            "headshot: --provider is none that is known; known are: headshotpro, scale, skylab, standardwebhooks\n";
        assert!(errors.starts_with(known), "{errors}");
    }
}

#[test]
fn a_provider_without_a_choice_of_schemes_takes_none() {
    let dir = tempfile::tempdir().unwrap();
    explain(dir.path(), &vector("a genuine delivery"), &["--now", NOW]);
    for provider in ["scale", "skylab", "standardwebhooks"] {
        let words = ["--secret-file", "secret", "--headers", "headers", "body.json", "--scheme", "HS256", "--provider"];
        let (code, out, errors) = said(&headshot(dir.path(), &[&words[..], &[provider]].concat()));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{errors}");
        assert!(errors.starts_with("headshot: --scheme is none of the provider's"), "{errors}");
    }
}

#[test]
fn takes_tolerance_and_scheme() {
    let dir = tempfile::tempdir().unwrap();
    let late = vector("the clock is an hour ahead");
    let now = late["now"].to_string();
    let told = |more: &[&str]| said(&explain(dir.path(), &late, &[&["--json", "--now", &now], more].concat()));
    let (code, out, _) = told(&[]);
    assert_eq!((code, out.contains("clock_ahead")), (Some(1), true), "{out}");
    assert_eq!(told(&["--tolerance", "7200"]).0, Some(0));
    let (code, out, _) = told(&["--scheme", "body"]);
    assert_eq!((code, out.contains("scheme_other")), (Some(1), true), "{out}");
}

#[test]
fn a_line_end_at_the_end_of_the_secrets_file_is_not_part_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut genuine = vector("a genuine delivery");
    for (end, code) in [("\n", 0), ("\r\n", 0), ("\n\n", 1), (" \n", 1)] {
        genuine["secrets"][0] = format!("{SECRET}{end}").into();
        assert_eq!(explain(dir.path(), &genuine, &["--now", NOW]).status.code(), Some(code), "{end:?}");
    }
}

#[test]
fn reads_the_body_from_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    explain(dir.path(), &vector("a genuine delivery"), &["--now", NOW]);
    let body = fs::File::open(dir.path().join("body.json")).unwrap();
    let words =
        ["explain", "--provider", "headshotpro", "--secret-file", "secret", "--headers", "headers", "--now", NOW, "-"];
    let output = bare(&words).current_dir(dir.path()).stdin(body).output().unwrap();
    assert_eq!(said(&output), (Some(0), "genuine\n".into(), String::new()));
}

#[test]
fn what_cannot_be_used_is_named_with_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    let genuine = vector("a genuine delivery");
    let cases: [(&[&str], &str); 4] = [
        (&["--now", "yesterday"], "headshot: --now is neither"),
        (&["--scheme", "best"], "headshot: --scheme is none"),
        (&["--secret-file", "nowhere"], "headshot: cannot read nowhere: "),
        (&["--tolerance", "long"], "error: invalid value 'long' for '--tolerance"),
    ];
    for (more, named) in cases {
        let (code, out, errors) = said(&explain(dir.path(), &genuine, more));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{errors}");
        assert!(errors.starts_with(named), "{errors}");
    }
    fs::write(dir.path().join("headers"), "nothing").unwrap();
    let words = ["--secret-file", "secret", "--headers", "headers", "body.json", "--provider"];
    let (code, _, errors) = said(&headshot(dir.path(), &[&words[..], &["headshotpro"]].concat()));
    assert_eq!((code, errors.lines().next()), (Some(2), Some("headshot: headers: line 1 is not `Name: value`")));
    fs::write(dir.path().join("headers"), "Host: a").unwrap();
    let (code, _, errors) = said(&headshot(dir.path(), &[&words[..], &["nobody"]].concat()));
    assert!(code == Some(2) && errors.starts_with("headshot: --provider is none that is known"), "{errors}");
    assert_eq!(headshot(dir.path(), &[]).status.code(), Some(2));
}
