//! The reader of events against `serde_json`, on every body of the vectors with any one bit changed.

use headshot_verify::{EventError, Payload, provider::headshotpro::Event};
use serde_json::Value;

/// Longer bodies hold nothing that a shorter one does not.
const LONGEST: usize = 1024;

#[test]
fn takes_for_json_what_another_reader_takes_for_json() {
    for body in bodies() {
        for bit in 0..body.len() * 8 {
            let mut changed = body.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            compare(&changed);
        }
    }
}

fn compare(body: &[u8]) {
    let other = serde_json::from_slice::<Value>(body);
    match Event::assume_verified(body) {
        Err(EventError::NotJson) => assert!(other.is_err(), "{}", body.escape_ascii()),
        Ok(event) => {
            assert!(is_object(other), "{}", body.escape_ascii());
            let written = event.to_json();
            assert!(is_object(serde_json::from_str(&written)), "{written}");
        }
        Err(_) => assert!(other.is_ok(), "{}", body.escape_ascii()),
    }
}

fn is_object(read: serde_json::Result<Value>) -> bool {
    match read {
        Ok(value) => value.is_object(),
        // This reader keeps every number as it is written, the other one only as far as 64 bits go.
        Err(error) => error.to_string().starts_with("number out of range"),
    }
}

fn bodies() -> Vec<Vec<u8>> {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../vectors/node.json")).unwrap();
    let bodies = vectors.iter().filter_map(|vector| vector["body"].as_str());
    bodies.filter(|body| body.len() <= LONGEST).map(|body| body.as_bytes().to_vec()).collect()
}
