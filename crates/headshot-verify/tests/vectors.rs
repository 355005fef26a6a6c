//! The shared vectors, natively; the npm package's consumers run the same files.

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_verify::{
    Delivery, Payload, Secrets, UnixSeconds, Verified, Verifier, VerifyError,
    provider::headshotpro::{self, HeadshotPro},
};
use serde_json::{Value, json};

const FILES: [(&str, &str); 3] = [
    ("published", include_str!("../vectors/published.json")),
    ("python", include_str!("../vectors/python.json")),
    ("node", include_str!("../vectors/node.json")),
];

#[test]
fn every_vector_gets_its_verdict() {
    for (file, text) in FILES {
        let vectors: Vec<Value> = serde_json::from_str(text).unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            check(file, &vector);
        }
    }
}

fn check(file: &str, vector: &Value) {
    let name = format!("{file}: {}", vector["name"]);
    let body = body(vector);
    let verdict = verify(vector, &body);
    if let Some(code) = vector.get("refused") {
        assert_eq!(verdict.expect_err(&name).code(), code, "{name}");
        return;
    }
    let verified = verdict.unwrap_or_else(|error| panic!("{name}: {error}"));
    let proof = json!({
        "scheme": verified.scheme(),
        "signedAt": verified.signed_at().map(UnixSeconds::get),
        "secretIndex": verified.secret_index(),
    });
    assert_eq!(proof, vector["accepted"], "{name}");
    assert!(verified.covers_body() && verified.provider() == "headshotpro" && verified.body() == body, "{name}");
    check_event(&name, vector, &verified);
}

fn check_event(name: &str, vector: &Value, verified: &Verified<'_, headshotpro::Event>) {
    let event = verified.event().map(|event| event.to_json());
    if let Some(code) = vector.get("eventRefused") {
        assert_eq!(event.expect_err(name).code(), code, "{name}");
        return;
    }
    let event = event.unwrap_or_else(|error| panic!("{name}: {error}"));
    if let Some(expected) = vector.get("event") {
        let seen = serde_json::from_str(&event).unwrap();
        assert_eq!(as_javascript(seen), as_javascript(expected.clone()), "{name}");
    }
}

fn verify<'a>(vector: &Value, body: &'a [u8]) -> Result<Verified<'a, headshotpro::Event>, VerifyError> {
    let texts = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let headers: Vec<(String, String)> = serde_json::from_value(vector["headers"].clone()).unwrap();
    let scheme = vector["scheme"].as_str().map(|name| name.parse().unwrap()).unwrap_or_default();
    let verifier = Verifier::new(HeadshotPro { scheme }, Secrets::new(texts(&vector["secrets"]))?);
    verifier.verify(&Delivery::new(&headers[..], body), UnixSeconds::new(vector["now"].as_u64().unwrap()))
}

fn body(vector: &Value) -> Vec<u8> {
    match (&vector["body"], &vector["bodyBase64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(base64)) => BASE64_STANDARD.decode(base64).unwrap(),
        _ => panic!("a vector has a body"),
    }
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
