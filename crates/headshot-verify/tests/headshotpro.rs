//! HeadshotPro's schemes where text files cannot go: single bits, bytes that are no text, clocks at their ends.

use std::time::Duration;

use headshot_verify::{
    Delivery, Fault, MAX_BODY_BYTES, Secrets, UnixSeconds, Verified, Verifier, VerifyError,
    provider::headshotpro::{Event, HeadshotPro, SchemeChoice},
};

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const NOW: UnixSeconds = UnixSeconds::new(1_767_323_045);
const TIMESTAMP: &str = "1767323045";
const BODY: &[u8] = br#"{"id":"evt_00000000-0000-4000-8000-000000000001","event":"model.photos_ready","createdAt":"2026-01-02T03:04:05.000Z","objectType":"model","object":{"_id":"65a000000000000000000001","status":"active"}}"#;
const BODY_SIGNATURE: &str = "sha256=ecfc1588fcf06ac4959d1d7b003dd589d211b470c65e7a222ba825ba416e7289";
const SIGNATURE: &str = "sha256=21daf7e5444b10051bcfd44108bb09c8f95859d99aa64a371ba1ab52b80a7a5d";

fn verifier(scheme: SchemeChoice) -> Verifier<HeadshotPro> {
    Verifier::new(HeadshotPro { scheme }, Secrets::new([SECRET]).unwrap())
}

fn verify_timestamped<'a>(
    signature: &[u8],
    timestamp: &[u8],
    body: &'a [u8],
    now: UnixSeconds,
) -> Result<Verified<'a, Event>, VerifyError> {
    let headers = [("x-headshotpro-signature", signature), ("x-headshotpro-timestamp", timestamp)];
    verifier(SchemeChoice::Timestamped).verify(&Delivery::new(&headers, body), now)
}

fn verify_body<'a>(scheme: SchemeChoice, signature: &[u8], body: &'a [u8]) -> Result<Verified<'a, Event>, VerifyError> {
    verifier(scheme).verify(&Delivery::new(&[("x-headshotpro-signature", signature)], body), NOW)
}

/// Every way to change one bit.
fn bit_flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(move |bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn refuses_every_single_bit_change_of_a_timestamped_delivery() {
    assert!(verify_timestamped(SIGNATURE.as_bytes(), TIMESTAMP.as_bytes(), BODY, NOW).is_ok());
    for body in bit_flips(BODY) {
        let refusal = verify_timestamped(SIGNATURE.as_bytes(), TIMESTAMP.as_bytes(), &body, NOW).unwrap_err();
        assert_eq!(refusal, VerifyError::SignatureMismatch);
    }
    for timestamp in bit_flips(TIMESTAMP.as_bytes()) {
        assert!(verify_timestamped(SIGNATURE.as_bytes(), &timestamp, BODY, NOW).is_err(), "{timestamp:?}");
    }
    for signature in bit_flips(SIGNATURE.as_bytes()) {
        assert!(verify_timestamped(&signature, TIMESTAMP.as_bytes(), BODY, NOW).is_err(), "{signature:?}");
    }
}

#[test]
fn refuses_every_single_bit_change_of_a_body_only_delivery() {
    assert!(verify_body(SchemeChoice::Auto, BODY_SIGNATURE.as_bytes(), BODY).is_ok());
    for body in bit_flips(BODY) {
        assert!(verify_body(SchemeChoice::Auto, BODY_SIGNATURE.as_bytes(), &body).is_err());
    }
    for signature in bit_flips(BODY_SIGNATURE.as_bytes()) {
        assert!(verify_body(SchemeChoice::Auto, &signature, BODY).is_err(), "{signature:?}");
    }
}

#[test]
fn refuses_every_single_bit_change_of_the_secret() {
    for secret in bit_flips(SECRET.as_bytes()) {
        let verifier = Verifier::new(HeadshotPro::default(), Secrets::new([secret]).unwrap());
        let headers = [("x-headshotpro-signature", SIGNATURE), ("x-headshotpro-timestamp", TIMESTAMP)];
        let refusal = verifier.verify(&Delivery::new(&headers, BODY), NOW).unwrap_err();
        assert_eq!(refusal, VerifyError::SignatureMismatch);
    }
}

#[test]
fn refuses_headers_that_are_no_text() {
    let refusal = verify_timestamped(b"sha256=\xff\xfe\x00", TIMESTAMP.as_bytes(), BODY, NOW).unwrap_err();
    assert_eq!(refusal.code(), "signature_malformed");
    let refusal = verify_timestamped(SIGNATURE.as_bytes(), "１７６７".as_bytes(), BODY, NOW).unwrap_err();
    assert_eq!(refusal.code(), "timestamp_malformed");
}

#[test]
fn measures_the_distance_at_both_ends_of_time() {
    let at = |now| verify_timestamped(SIGNATURE.as_bytes(), TIMESTAMP.as_bytes(), BODY, UnixSeconds::new(now));
    let age = Duration::from_secs(u64::MAX - NOW.get());
    assert_eq!(at(u64::MAX).unwrap_err(), VerifyError::TimestampTooOld { age });
    let ahead = Duration::from_secs(NOW.get());
    assert_eq!(at(0).unwrap_err(), VerifyError::TimestampInFuture { ahead });
}

#[test]
fn takes_the_tolerance_that_is_set() {
    let headers = [("x-headshotpro-signature", SIGNATURE), ("x-headshotpro-timestamp", TIMESTAMP)];
    let code = |tolerance, now| {
        let verifier = verifier(SchemeChoice::Timestamped).with_tolerance(tolerance);
        verifier.verify(&Delivery::new(&headers, BODY), UnixSeconds::new(now)).map_err(|refusal| refusal.code()).err()
    };
    assert_eq!(code(Duration::ZERO, NOW.get()), None);
    assert_eq!(code(Duration::ZERO, NOW.get() + 1), Some("timestamp_too_old"));
    assert_eq!(code(Duration::ZERO, NOW.get() - 1), Some("timestamp_in_future"));
    assert_eq!(code(Duration::MAX, u64::MAX), None);
}

#[test]
fn refuses_a_body_over_the_limit_before_anything_else() {
    let body = vec![b' '; MAX_BODY_BYTES + 1];
    let refusal = verify_body(SchemeChoice::Body, b"", &body).unwrap_err();
    assert_eq!(refusal, VerifyError::BodyTooLarge { limit: MAX_BODY_BYTES });
    let refusal = verify_body(SchemeChoice::Body, BODY_SIGNATURE.as_bytes(), &body[1..]).unwrap_err();
    assert_eq!(refusal, VerifyError::SignatureMismatch);
}

#[test]
fn refusing_a_body_only_delivery_names_the_setting_and_its_price() {
    let refusal = verify_body(SchemeChoice::default(), BODY_SIGNATURE.as_bytes(), BODY).unwrap_err();
    assert_eq!(refusal.code(), "timestamp_missing");
    assert_eq!(
        refusal.to_string(),
        "the timestamp header x-headshotpro-timestamp is missing; the scheme setting `auto` would accept a signature \
         over the body alone, and give up the protection against replays"
    );
}

#[test]
fn tells_the_senders_fault_from_the_receivers() {
    let forged = verify_body(SchemeChoice::Auto, SIGNATURE.as_bytes(), BODY).unwrap_err();
    assert_eq!(forged.fault(), Fault::Sender);
    assert_eq!(Secrets::new([""]).unwrap_err().fault(), Fault::Receiver);
    assert_eq!("both".parse::<SchemeChoice>().unwrap_err().fault(), Fault::Receiver);
}

#[test]
fn debug_output_holds_no_payload_and_no_link() {
    let body = BODY.to_ascii_lowercase();
    assert!(!format!("{:?}", verify_body(SchemeChoice::Auto, BODY_SIGNATURE.as_bytes(), &body)).contains("evt_"));
    let verified = verify_body(SchemeChoice::Auto, BODY_SIGNATURE.as_bytes(), BODY).unwrap();
    assert!(!format!("{verified:?}").contains("evt_"));

    let body = br#"{"event":"model.favorite_selected","note":"N-O-T-E","object":{"_id":"m","title":"Ada L"},
        "favoritePhoto":{"id":"p","urls":{"main":"https://cdn.example.test/p?signature=s"}}}"#;
    let event = <Event as headshot_verify::Payload>::assume_verified(body).unwrap();
    let printed = format!("{event:?}");
    assert!(["https", "Ada", "N-O-T-E"].iter().all(|word| !printed.contains(word)), "{printed}");
}
