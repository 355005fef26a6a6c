//! No panic on any body; what is read as an event is JSON for another reader, is written as JSON, and names the same
//! session whether it is read as an event or leniently.
#![no_main]

use headshot_verify::{
    EventError, Fields, Neutral, Payload,
    provider::{headshotpro, scale, skylab, standardwebhooks},
};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    check::<headshotpro::Event>(body);
    check::<scale::Event>(body);
    check::<skylab::Event>(body);
    check::<standardwebhooks::Event>(body);
    check::<Fields>(body);
});

fn check<E: Payload + Serialize>(body: &[u8]) {
    match E::assume_verified(body) {
        Ok(event) => {
            assert!(is_json_object(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)));
            assert!(is_json_object(event.to_json().as_bytes()));
            let neutral = event.neutral();
            assert!(is_json_object(neutral.to_json().as_bytes()));
            assert!(neutral.session.is_none() || neutral.session == E::references(body).session);
        }
        Err(error) => {
            assert!(EventError::CODES.contains(&error.code()));
            assert!(is_json_object(Neutral::of_unreadable(E::references(body)).to_json().as_bytes()));
        }
    }
}

fn is_json_object(text: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(text) {
        Ok(value) => value.is_object(),
        // Ours keeps every number as it is written, the other reader only as far as 64 bits go.
        Err(error) => error.to_string().starts_with("number out of range"),
    }
}
