//! What is genuine but late, unreadable or not covered is still known to be somebody's.

use headshot_verify::{Declaration, TimestampFormat};
use headshot_verify::{
    Delivery, NeutralKind, Payload, Provider, Receipt, References, Trust, UnixSeconds, Unsigned, Verifier, VerifyError,
    provider::{
        declared::Declared,
        headshotpro::{self, HeadshotPro},
        scale::{self, Scale},
        skylab,
        standardwebhooks::{self, StandardWebhooks},
    },
};

const AT: u64 = 1_767_323_045;
const HOUR: u64 = 3600;
const MODEL: &str = "65a000000000000000000001";

/// What becomes of a delivery that is signed at one moment and received at another.
fn received<P: Provider>(
    provider: P,
    body: &[u8],
    signed_at: u64,
    now: u64,
) -> Result<Receipt<'_, P::Event>, VerifyError> {
    let verifier = Verifier::with_shown_secrets(provider, ["whsec_c2VjcmV0"]).unwrap();
    let at = UnixSeconds::new(signed_at);
    let headers = verifier.sign(&Unsigned { body, at, id: Some("msg_1") }).unwrap();
    verifier.receive(&Delivery::new(&headers[..], body), UnixSeconds::new(now))
}

#[test]
fn what_came_in_time_is_covered_and_can_be_read() {
    let body = format!(r#"{{"event":"model.photos_ready","object":{{"_id":"{MODEL}"}}}}"#);
    let receipt = received(HeadshotPro::default(), body.as_bytes(), AT, AT + 5).unwrap();
    assert_eq!((receipt.trust(), receipt.staleness(), receipt.scheme().code()), (Trust::Covered, None, "timestamped"));
    assert_eq!(receipt.verified().unwrap().event().unwrap().model.unwrap().id, MODEL);
}

#[test]
fn what_came_late_or_early_is_stale_and_names_its_session() {
    let body = format!(r#"{{"event":"model.photos_ready","object":{{"_id":"{MODEL}","uid":"anon_1"}}}}"#);
    for (now, code) in [(AT + HOUR, "timestamp_too_old"), (AT - HOUR, "timestamp_in_future")] {
        let receipt = received(HeadshotPro::default(), body.as_bytes(), AT, now).unwrap();
        assert_eq!((receipt.trust(), receipt.body()), (Trust::Stale, body.as_bytes()));
        let references = receipt.references();
        assert_eq!((references.session.as_deref(), references.person.as_deref()), (Some(MODEL), Some("anon_1")));
        assert_eq!(receipt.staleness().map(VerifyError::code), Some(code));
        assert!(receipt.verified().unwrap_err().is_stale());
    }
}

#[test]
fn a_token_that_came_in_time_rings_and_one_that_did_not_is_stale() {
    let body = br#"{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1","contact_id":"ctn_1"}"#;
    let receipt = received(Scale::new(), body, AT, AT).unwrap();
    assert_eq!(receipt.trust(), Trust::Doorbell);
    for (signed_at, code) in [(AT - HOUR, "token_expired"), (AT + HOUR, "timestamp_in_future")] {
        let receipt = received(Scale::new(), body, signed_at, AT).unwrap();
        assert_eq!((receipt.trust(), receipt.staleness().map(VerifyError::code)), (Trust::Stale, Some(code)));
        let References { session, person, .. } = receipt.references();
        assert_eq!((session.as_deref(), person.as_deref()), (Some("sub_1"), Some("ctn_1")));
    }
}

#[test]
fn what_is_forged_is_refused_whenever_it_came() {
    let verifier = Verifier::with_shown_secrets(HeadshotPro::default(), ["secret"]).unwrap();
    let headers = [("x-headshotpro-signature", format!("sha256={:064}", 0)), ("x-headshotpro-timestamp", "1".into())];
    for now in [0, 1, AT] {
        let refusal = verifier.receive(&Delivery::new(&headers, b"{}"), UnixSeconds::new(now)).unwrap_err();
        assert_eq!((refusal.code(), refusal.is_stale()), ("signature_mismatch", false));
    }
}

#[test]
fn what_is_stale_has_to_keep_every_other_rule() {
    let declaration = Declaration::new("acme", "x-signature", "{timestamp}{body}")
        .timestamp("x-timestamp", TimestampFormat::UnixSeconds)
        .json_object_only();
    let refusal = received(Declared::new(&declaration).unwrap(), b"7{}", AT, AT + HOUR).unwrap_err();
    assert_eq!(refusal.code(), "body_not_object");

    let verifier = Verifier::with_shown_secrets(Scale::new(), ["secret"]).unwrap();
    let at = UnixSeconds::new(AT);
    let headers = verifier.sign(&Unsigned { body: br#"{"topic":"a"}"#, at, id: None }).unwrap();
    let late = UnixSeconds::new(AT + HOUR);
    let of_another = verifier.receive(&Delivery::new(&headers[..], br#"{"topic":"b"}"#), late).unwrap_err();
    assert_eq!(of_another.code(), "claim_mismatch");
}

#[test]
fn what_cannot_be_read_names_its_session() {
    let deep = format!(r#"{{"event":"a","object":{{"_id":"{MODEL}"}},"x":{}{}}}"#, "[".repeat(65), "]".repeat(65));
    for (body, code) in [
        (r#"{"event":"a","object":{"_id":"M","title":"Zoe \ud83d"}}"#, "event_not_json"),
        (r#"{"event":"a","event":"a","object":{"_id":"M"}}"#, "event_field_repeated"),
        (deep.as_str(), "event_too_deep"),
        (r#"{"event":"model.created","object":{"id":"M"}}"#, "event_field_missing"),
        (r#"{"event":"model.created","object":{"modelId":"M"}}"#, "event_field_missing"),
        (r#"{"event":"model.created","modelId":"M"}"#, "event_field_missing"),
        (r#"{"object":{"_id":"M"}}"#, "event_field_missing"),
        (r#"{"event":"a","object":{"_id":"M"}} and more"#, "event_not_json"),
    ] {
        let body = body.replace("\"M\"", &format!("\"{MODEL}\""));
        let verified = received(HeadshotPro::default(), body.as_bytes(), AT, AT).unwrap().verified().unwrap();
        assert_eq!(verified.event().unwrap_err().code(), code, "{body}");
        assert_eq!(verified.references().session.as_deref(), Some(MODEL), "{body}");
        let neutral = verified.neutral();
        assert_eq!((neutral.kind, neutral.session.as_deref(), neutral.state), (NeutralKind::Other, Some(MODEL), None));
    }
    let numbered = br#"{"event":"model.created","object":{"_id":65000000000000000000001}}"#;
    assert_eq!(headshotpro::Event::references(numbered).session.as_deref(), Some("65000000000000000000001"));
}

#[test]
fn every_provider_names_the_session_of_what_cannot_be_read() {
    let session = |references: References| references.session.unwrap();
    assert_eq!(session(skylab::Event::references(br#"{"type":1,"payload":{"id":7,"x":"\ud800"}}"#)), "7");
    assert_eq!(session(skylab::Event::references(br#"{"id":"8","state":"queued","state":"error"}"#)), "8");
    assert_eq!(session(skylab::Event::references(b"<a><payload><id type=\"integer\">9</id></payload></a>")), "9");
    assert_eq!(session(scale::Event::references(br#"{"submission_id":"sub_1","x":"\ud800"}"#)), "sub_1");
    assert_eq!(session(standardwebhooks::Event::references(br#"{"data":{"session":"ses_1"},"data":1}"#)), "ses_1");
    let verified = received(StandardWebhooks::default(), b"no JSON", AT, AT).unwrap().verified().unwrap();
    assert_eq!(verified.references(), References::default());
}

#[test]
fn an_event_names_the_same_things_whether_or_not_it_can_be_read() {
    let body = br#"{"id":"evt_1","event":"model.created","object":{"_id":"m","uid":"anon_1","id":"other"}}"#;
    let neutral = headshotpro::Event::assume_verified(body).unwrap().neutral();
    let References { session, person, event_id, .. } = headshotpro::Event::references(body);
    assert_eq!((neutral.session, neutral.person, neutral.event_id), (session, person, event_id));
}

#[test]
fn an_id_that_is_none_is_none() {
    for id in ["", " ", "\\t\\n", "undefined", "null", " null "] {
        let body = format!(r#"{{"id":"{id}","event":"model.created","object":{{"_id":"{id}","uid":"{id}"}}}}"#);
        let neutral = headshotpro::Event::assume_verified(body.as_bytes()).unwrap().neutral();
        assert_eq!((neutral.event_id, neutral.session, neutral.person), (None, None, None), "{body}");
        assert_eq!(headshotpro::Event::references(body.as_bytes()), References::default(), "{body}");
    }
    let instead = br#"{"object":{"_id":"","id":"m"}}"#;
    assert_eq!(headshotpro::Event::references(instead).session.as_deref(), Some("m"));
}
