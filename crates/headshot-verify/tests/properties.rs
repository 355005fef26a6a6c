//! What holds for every input: signing and verifying fit together, and nothing panics.

use std::time::Duration;

use headshot_verify::{
    Declaration, Delivery, Encoding, Payload, Provider, Secrets, TimestampFormat, UnixSeconds, Unsigned, Verifier,
    jws::{self, Algorithm},
    provider::{
        declared::Declared,
        headshotpro::{self, HeadshotPro, SchemeChoice},
        scale::{self, Scale},
        skylab::{self, Skylab},
        standardwebhooks::{self, StandardWebhooks},
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

/// The last second that every form of timestamp can write.
const LAST_SECOND: u64 = 99_999_999_999;

fn verifies_what_it_signs<P: Provider<Event: serde::Serialize>>(
    provider: P,
    secret: &[u8],
    body: &[u8],
    id: &str,
    at: u64,
) {
    let at = UnixSeconds::new(at);
    let unsigned = Unsigned { body, at, id: Some(id) };
    let headers = headshot_verify::sign(provider.scheme(&EMPTY), &Secrets::new([secret]).unwrap(), &unsigned).unwrap();
    let verifier = Verifier::new(provider, Secrets::new([&b"another"[..], secret]).unwrap());
    let genuine = verifier.verify(&Delivery::new(&headers[..], body), at).unwrap();
    assert_eq!((genuine.body(), genuine.secret_index()), (body, usize::from(secret != b"another")));
    let _ = genuine.event().map(|event| (event.to_json(), event.neutral().to_json()));
}

const EMPTY: &[(&str, &str)] = &[];

fn declared() -> impl Iterator<Item = Declared> {
    let templates = ["{body}", "v0:{timestamp}:{body}", "{id}.{timestamp}.{body}", "{body}.{timestamp}", "{body}|{id}"];
    let encodings = [Encoding::LowerHex, Encoding::Base64, Encoding::Base64Url];
    let formats = [TimestampFormat::UnixSeconds, TimestampFormat::UnixMillis, TimestampFormat::HttpDate];
    templates.into_iter().zip(encodings.into_iter().cycle()).zip(formats.into_iter().cycle()).map(
        |((template, encoding), format)| {
            let mut declaration = Declaration::new("acme", "X-Signature", template).encoding(encoding).prefix("v0=");
            if template.contains("{timestamp}") {
                declaration = declaration.timestamp("X-Timestamp", format);
            }
            if template.contains("{id}") {
                declaration = declaration.id("X-Id");
            }
            Declared::new(&declaration).unwrap()
        },
    )
}

proptest! {
    #[test]
    fn what_was_signed_is_verified(
        secret in vec(any::<u8>(), 1..200),
        body in vec(any::<u8>(), 0..300),
        id in "[!#-+/-~-]{1,40}",
        at in 0..=LAST_SECOND,
    ) {
        verifies_what_it_signs(HeadshotPro::default(), &secret, &body, &id, at);
        verifies_what_it_signs(Skylab::default(), &secret, &body, &id, at);
        verifies_what_it_signs(StandardWebhooks::default(), &secret, &body, &id, at);
        verifies_what_it_signs(Scale::new(), &secret, &body, &id, at);
        verifies_what_it_signs(Scale::new().with_algorithms([Algorithm::Hs512]), &secret, &body, &id, at);
        for provider in declared().filter(|_| !id.contains(['|', '.'])) {
            verifies_what_it_signs(provider, &secret, &body, &id, at);
        }
    }

    #[test]
    fn nobody_signs_without_the_secret_and_nothing_panics(
        signature in header(),
        timestamp in header(),
        id in header(),
        body in vec(any::<u8>(), 0..200),
        now in any::<u64>(),
        tolerance in any::<u64>(),
    ) {
        let names = ["x-headshotpro-signature", "x-skylab-signature", "x-authenticity-token", "webhook-signature"];
        let mut headers: Vec<(&str, &[u8])> = names.map(|name| (name, &*signature)).into();
        headers.extend(["x-headshotpro-timestamp", "x-skylab-timestamp", "webhook-timestamp"].map(|name| (name, &*timestamp)));
        headers.push(("webhook-id", &*id));
        refuses(HeadshotPro { scheme: SchemeChoice::Auto }, &headers, &body, now, tolerance);
        refuses(Skylab::default(), &headers, &body, now, tolerance);
        refuses(StandardWebhooks::default(), &headers, &body, now, tolerance);
        refuses(Scale::new().with_max_age(Duration::from_secs(tolerance)), &headers, &body, now, tolerance);
        prop_assert!(jws::verify(&signature, &Secrets::new(["secret"]).unwrap(), Algorithm::ALL).is_err());
    }

    #[test]
    fn every_reader_of_events_takes_any_bytes(body in prop_oneof![vec(any::<u8>(), 0..200), text(), markup()]) {
        let _ = headshotpro::Event::assume_verified(&body).map(|event| (event.to_json(), event.neutral().to_json()));
        let _ = scale::Event::assume_verified(&body).map(|event| (event.to_json(), event.neutral().to_json()));
        let _ = skylab::Event::assume_verified(&body).map(|event| (event.to_json(), event.neutral().to_json()));
        let _ = standardwebhooks::Event::assume_verified(&body).map(|event| (event.to_json(), event.neutral().to_json()));
    }

    #[test]
    fn any_declaration_is_a_scheme_or_an_error(
        provider in ".{0,3}", header in ".{0,12}", template in "[{}a-z.: ]{0,20}|(\\{(id|body|timestamp)\\}|[.:x9]){0,6}", prefix in ".{0,5}",
    ) {
        let declaration = Declaration::new(&provider, &header, &template).prefix(&prefix);
        let declaration = declaration.timestamp("t", TimestampFormat::UnixSeconds).id("i");
        let _ = declaration.scheme();
        let _ = declaration.several_signatures().json_object_only().scheme();
    }
}

fn refuses<P: Provider>(provider: P, headers: &[(&str, &[u8])], body: &[u8], now: u64, tolerance: u64) {
    let verifier =
        Verifier::new(provider, Secrets::new(["secret"]).unwrap()).with_tolerance(Duration::from_secs(tolerance));
    assert!(verifier.verify(&Delivery::new(headers, body), UnixSeconds::new(now)).is_err());
}

/// Bytes, and what looks nearly like a header.
fn header() -> impl Strategy<Value = Vec<u8>> {
    let near = select(vec![
        "sha256=",
        "v1,",
        "1767323045",
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "Friday, 02-Jan-26 03:04:05 GMT",
        "eyJhbGciOiJIUzI1NiJ9",
        ".",
        "=",
        " ",
        ",",
        "e30",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "msg_1",
    ]);
    prop_oneof![vec(any::<u8>(), 0..80), vec(near, 0..6).prop_map(|words| words.concat().into_bytes())]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let words = select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"event\"",
        "\"model.created\"",
        "\"object\"",
        "\"_id\"",
        "\"type\"",
        "\"payload\"",
        "\"id\"",
        "1",
        "\"state\"",
        "\"complete\"",
        "\"errors\"",
        "\"photoDownloadUrls\"",
        "\"topic\"",
        "null",
        "\"favoritePhoto\"",
        "\"urls\"",
    ]);
    vec(words, 0..30).prop_map(|words| words.concat().into_bytes())
}

fn markup() -> impl Strategy<Value = Vec<u8>> {
    let words = select(vec![
        "<hash>",
        "</hash>",
        "<id type=\"integer\">",
        "</id>",
        "1",
        "<state>",
        "</state>",
        "complete",
        "<errors type=\"array\">",
        "</errors>",
        "<error>",
        "</error>",
        "&amp;",
        "&x;",
        "<!DOCTYPE a>",
        "<![CDATA[",
        "]]>",
        "<a nil=\"true\"/>",
        "<?xml version=\"1.0\"?>",
    ]);
    vec(words, 0..20).prop_map(|words| words.concat().into_bytes())
}
