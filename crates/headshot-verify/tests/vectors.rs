//! The shared vectors, natively; the npm package's consumers run the same files.

#[path = "support/vector.rs"]
#[expect(dead_code, reason = "what a vector is made of is not looked at here")]
mod vector;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use vector::{Endpoint, Seen, Vector};

#[test]
fn every_vector_gets_its_verdict() {
    for vector in vector::all() {
        check(&vector);
    }
}

#[test]
fn no_file_of_vectors_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect();
    assert_eq!(json.len(), vector::FILES.len(), "{json:?}");
}

fn check(vector: &Vector) {
    let name = &vector.name;
    let verdict = Endpoint::of(vector).and_then(|endpoint| endpoint.verify(&vector.headers, &vector.body));
    if let Some(code) = vector.expected("refused") {
        assert_eq!(verdict.expect_err(name).code, code, "{name}");
        return;
    }
    let Seen { proof, event, neutral } = verdict.unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
    let mut accepted = json!({ "provider": vector.provider, "coversBody": true });
    accepted.as_object_mut().unwrap().extend(vector.verdict["accepted"].as_object().unwrap().clone());
    assert_eq!(proof, accepted, "{name}");
    if let Some(code) = vector.expected("eventRefused") {
        assert_eq!(event.expect_err(name).code, code, "{name}");
        return;
    }
    let event = event.unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
    let [event, neutral] = [event, neutral].map(|json| read(&json));
    if let Some(expected) = vector.verdict.get("event") {
        assert_eq!(as_javascript(event), as_javascript(expected.clone()), "{name}");
    }
    assert!(neutral["kind"].is_string(), "{name}");
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// JavaScript has one kind of number.
fn as_javascript(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.into_iter().map(as_javascript).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, field)| (name, as_javascript(field))).collect(),
        other => other,
    }
}
