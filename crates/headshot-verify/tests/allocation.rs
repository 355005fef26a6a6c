//! Nothing is allocated between the headers and the verdict, whatever the size of the body.

use std::time::Duration;

use headshot_verify::{
    Declaration, Delivery, Encoding, Provider, Secrets, TimestampFormat, UnixSeconds, Unsigned, Verifier,
    provider::{
        declared::Declared, headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks,
    },
};

const NOW: UnixSeconds = UnixSeconds::new(1_767_323_045);

#[test]
fn a_verdict_allocates_nothing() {
    let declaration = Declaration::new("acme", "X-Signature", "{id}:{timestamp}:{body}")
        .timestamp("X-Timestamp", TimestampFormat::UnixMillis)
        .id("X-Id")
        .encoding(Encoding::Base64Url);
    check(HeadshotPro::default());
    check(Skylab::default());
    check(StandardWebhooks::default());
    check(Declared::new(&declaration).unwrap());
}

#[test]
fn nor_does_that_of_a_token_whose_claims_are_in_the_body() {
    let verifier = Verifier::new(Scale::new(), Secrets::new(["old", "new"]).unwrap());
    let body = format!(r#"{{"studio_id":"1","topic":"\u0041","notes":"{}"}}"#, "x".repeat(64 * 1024));
    let genuine = verifier.sign(&Unsigned { body: body.as_bytes(), at: NOW, id: None }).unwrap();
    assert_eq!(code_without_allocation(&verifier, &genuine, body.as_bytes()), "genuine");
    assert_eq!(code_without_allocation(&verifier, &genuine, &body.as_bytes()[1..]), "claim_mismatch");
}

#[test]
fn refusing_100_mib_allocates_nothing() {
    let body = vec![b'x'; 100 * 1024 * 1024];
    let verifier = |provider| Verifier::new(provider, Secrets::new(["secret"]).unwrap());
    assert_eq!(code_without_allocation(&verifier(HeadshotPro::default()), &[], &body), "body_too_large");
}

fn check<P: Provider>(provider: P) {
    let secrets = Secrets::new(["old", "other", "new"]).unwrap();
    let verifier = Verifier::new(provider, secrets).with_tolerance(Duration::ZERO);
    let body = vec![b'x'; 64 * 1024];
    let genuine = verifier.sign(&Unsigned { body: &body, at: NOW, id: Some("msg_1") }).unwrap();
    assert_eq!(code_without_allocation(&verifier, &genuine, &body), "genuine");
    assert_eq!(code_without_allocation(&verifier, &genuine, &body[1..]), "signature_mismatch");
}

fn code_without_allocation<P: Provider>(
    verifier: &Verifier<P>,
    headers: &[(String, String)],
    body: &[u8],
) -> &'static str {
    let mut code = "";
    let allocations = allocation_counter::measure(|| {
        let verdict = verifier.verify(&Delivery::new(headers, body), NOW);
        code = verdict.map_or_else(|refusal| refusal.code(), |_| "genuine");
    });
    assert_eq!(allocations.count_total, 0, "{code}");
    code
}
