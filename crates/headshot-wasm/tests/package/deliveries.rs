//! Deliveries of every provider: genuine ones, spoiled ones, and what never was one.

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_verify::{UnixSeconds, Unsigned};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::json;

use crate::{
    mutation::{NAMES, mutation, noise},
    settings::settings,
    vector::{self, Endpoint, Vector},
};

/// The last second that every form of timestamp can write, less the life of a token.
const LAST_SECOND: u64 = 99_999_999_000;

/// Longer bodies hold nothing that a shorter one does not.
const LONGEST: usize = 1024;

/// What somebody sends, before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    /// Without headers, and `now` is the moment of signing.
    pub(crate) vector: Vector,
    pub(crate) id: String,
}

pub(crate) fn delivery() -> impl Strategy<Value = Vector> {
    let spoiled =
        (sending(), signer(), vec(mutation(), 0..4), drift()).prop_map(|(sending, signer, mutations, drift)| {
            let mut vector = sending.signed_by(&signer);
            vector.now = vector.now.saturating_add_signed(drift);
            for mutation in mutations {
                mutation.apply(&mut vector);
            }
            in_one_line(vector)
        });
    let never_signed = (sending(), vec((select(NAMES.to_vec()), noise()), 0..5)).prop_map(|(sending, headers)| {
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        in_one_line(Vector { headers, ..sending.vector })
    });
    prop_oneof![7 => spoiled, 1 => never_signed]
}

/// No header that was received holds the end of a line.
fn in_one_line(mut vector: Vector) -> Vector {
    for byte in vector.headers.iter_mut().flat_map(|(_, value)| value).filter(|byte| **byte == b'\n') {
        *byte = b' ';
    }
    vector
}

/// How much later than it was signed a delivery is received, or how much earlier.
fn drift() -> impl Strategy<Value = i64> {
    let usual = select(vec![0, 1, -1, 59, 60, 61, -60, -61, 299, 300, 301, -300, -301, 359, 360, 361]);
    prop_oneof![4 => usual, 1 => -100_000_000_000_i64..100_000_000_000]
}

/// Who signs: all secrets, or one of them; or a token with claims of every kind.
#[derive(Clone, Debug)]
pub(crate) enum Signer {
    All,
    One(Index),
    Token { header: &'static str, claims: String },
}

fn signer() -> impl Strategy<Value = Signer> {
    let header = select(vec![
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"application/jwt","alg":"HS256","kid":"1"}"#,
        r#"{"alg":"HS256","typ":"dpop+jwt"}"#,
        r#"{"alg":"HS256","typ":1}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"none"}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        "{}",
        "[]",
    ]);
    let claim = (
        select(vec!["iat", "nbf", "exp", "topic", "submission_id", "studio_id", "sub"]),
        select(vec![
            "0",
            "1767323045",
            "1767323345.5",
            "1767322000",
            "-1",
            "1e9",
            "1767323045000",
            "null",
            "\"a\"",
            "\"SUBMISSION_COMPLETE\"",
            "\"sub_1\"",
            "[1]",
        ]),
    );
    let claims = vec(claim, 0..4).prop_map(|claims| {
        let fields: Vec<String> = claims.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
        format!("{{{}}}", fields.join(","))
    });
    prop_oneof![
        2 => Just(Signer::All),
        2 => any::<Index>().prop_map(Signer::One),
        1 => (header, claims).prop_map(|(header, claims)| Signer::Token { header, claims }),
    ]
}

pub(crate) fn sending() -> impl Strategy<Value = Sending> {
    let moment = prop_oneof![3 => Just(1_767_323_045), 1 => 0..=LAST_SECOND];
    let id = prop_oneof![4 => "[!#-+/-z]{1,20}", 1 => ".{0,8}"];
    (settings(), body(), moment, id)
        .prop_map(|(settings, body, now, id)| Sending { vector: Vector { now, body, ..settings }, id })
}

impl Sending {
    /// The delivery with its headers; with none if it cannot be signed.
    pub(crate) fn signed_by(&self, signer: &Signer) -> Vector {
        let mut vector = self.vector.clone();
        let headers = match signer {
            Signer::Token { header, claims } if vector.provider == "scale" => self.token(header, claims),
            Signer::One(place) if !vector.secrets.is_empty() => {
                let secrets = vec![place.get(&vector.secrets).clone()];
                self.headers(&Vector { secrets, ..vector.clone() })
            }
            _ => self.headers(&vector),
        };
        vector.headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        vector
    }

    fn headers(&self, vector: &Vector) -> Vec<(String, String)> {
        let unsigned = Unsigned { body: &vector.body, at: UnixSeconds::new(vector.now), id: Some(&self.id) };
        Endpoint::of(vector).and_then(|endpoint| endpoint.sign(&unsigned)).unwrap_or_default()
    }

    /// A token that the crate would not make. Signing its first two parts is a scheme that can be declared.
    fn token(&self, header: &str, claims: &str) -> Vec<(String, String)> {
        let part = |text: &str| BASE64_STANDARD.encode(text).replace('+', "-").replace('/', "_").replace('=', "");
        let signed = format!("{}.{}", part(header), part(claims));
        let provider = json!({"provider": "a", "signatureHeader": "a", "signed": "{body}", "encoding": "base64url"});
        let sender = Vector { provider, scheme: None, body: signed.clone().into_bytes(), ..self.vector.clone() };
        let signature = self.headers(&sender).into_iter().map(|(_, signature)| format!("{signed}.{signature}"));
        signature.map(|token| ("x-authenticity-token".to_owned(), token)).collect()
    }
}

/// Bodies of the shared vectors, words that might be a body, and bytes.
fn body() -> impl Strategy<Value = Vec<u8>> {
    static BODIES: LazyLock<Vec<Vec<u8>>> =
        LazyLock::new(|| vector::all().map(|vector| vector.body).filter(|body| body.len() <= LONGEST).collect());
    let words = r#"{ } [ ] , : "event" "model.created" "object" "_id" "type" "payload" "id" 1 "state" "complete" "topic"
        null "urls" 1e400 -0 "\ud800" <a> </a>"#;
    let words = select(words.split_whitespace().collect::<Vec<_>>());
    prop_oneof![
        6 => any::<Index>().prop_map(|place| place.get(&BODIES).clone()),
        2 => vec(words, 0..20).prop_map(|words| words.concat().into_bytes()),
        1 => vec(any::<u8>(), 0..200),
    ]
}
