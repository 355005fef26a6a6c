//! Every single-bit change of every genuine vector is refused: of the body, of each header and of each secret.

#[path = "support/vector.rs"]
#[expect(dead_code, reason = "whether there is a verdict is all that is asked here")]
mod vector;

use vector::{Endpoint, Vector};

/// Longer bodies hold nothing that a shorter one does not.
const LONGEST: usize = 1024;

#[test]
fn every_single_bit_change_of_a_body_is_refused() {
    // A token does not sign the body.
    genuine().filter(|vector| vector.provider != "scale").for_each(|vector| refuses_changed_bodies(&vector));
}

#[test]
fn every_single_bit_change_of_a_header_is_refused() {
    genuine().for_each(|vector| refuses_changed_headers(&vector));
}

#[test]
fn every_single_bit_change_of_a_secret_is_refused() {
    assert!(genuine().count() > 100);
    genuine().for_each(|vector| refuses_changed_secrets(&vector));
}

fn genuine() -> impl Iterator<Item = Vector> {
    vector::all().filter(|vector| vector.expected("refused").is_none() && vector.body.len() <= LONGEST)
}

fn refuses_changed_bodies(vector: &Vector) {
    let endpoint = Endpoint::of(vector).unwrap();
    for body in bit_flips(&vector.body) {
        assert!(endpoint.verify(&vector.headers, &body).is_err(), "{}: {}", vector.name, body.escape_ascii());
    }
}

fn refuses_changed_headers(vector: &Vector) {
    let endpoint = Endpoint::of(vector).unwrap();
    for place in (0..vector.headers.len()).filter(|place| is_read(vector, &vector.headers[*place].0)) {
        // One of several signatures may be spoiled: the others are as good.
        let is_list = vector.headers[place].1.contains(&b' ') && vector.has_list();
        for value in bit_flips(&vector.headers[place].1).filter(|_| !is_list) {
            let mut headers = vector.headers.clone();
            headers[place].1 = value;
            assert!(endpoint.verify(&headers, &vector.body).is_err(), "{}: {headers:?}", vector.name);
        }
    }
}

fn refuses_changed_secrets(vector: &Vector) {
    let index = usize::try_from(vector.verdict["accepted"]["secretIndex"].as_u64().unwrap()).unwrap();
    let other_signatures = vector.name.contains("both right");
    for secret in bit_flips(&vector.secrets[index]).filter(|_| !other_signatures) {
        let mut changed = vector.clone();
        changed.secrets[index] = secret;
        let verdict = Endpoint::of(&changed).and_then(|endpoint| endpoint.verify(&vector.headers, &vector.body));
        assert!(verdict.is_err(), "{}: {}", vector.name, changed.secrets[index].escape_ascii());
    }
}

/// HeadshotPro's scheme over the body alone looks at no timestamp.
fn is_read(vector: &Vector, header: &str) -> bool {
    !(vector.verdict["accepted"]["scheme"] == "body" && header.eq_ignore_ascii_case("x-headshotpro-timestamp"))
}

fn bit_flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(move |bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}
