//! Events of Skylab in JSON and XML, what every provider's events mean, and bodies that are made to do harm.

use headshot_verify::{
    Delivery, EventError, MAX_BODY_BYTES, Payload, Provider, UnixSeconds, Verifier,
    provider::{
        headshotpro::{self, HeadshotPro},
        scale::{self, Scale},
        skylab::{self, EventKind, Skylab},
        standardwebhooks::{self, StandardWebhooks},
    },
};
use serde_json::{Value, json};

fn neutral<E: Payload>(body: &str) -> Value {
    serde_json::from_str(&E::assume_verified(body.as_bytes()).unwrap().neutral().to_json()).unwrap()
}

fn skylab_event(body: &str) -> Result<skylab::Event, EventError> {
    skylab::Event::assume_verified(body.as_bytes())
}

#[test]
fn the_state_of_a_job_says_what_happened_and_the_type_is_a_hint() {
    let kind = |body: &str| skylab_event(body).unwrap().kind.as_str().to_owned();
    let enveloped = |name: &str, state: &str| format!(r#"{{"type":"{name}","payload":{{"id":1,"state":"{state}"}}}}"#);
    assert_eq!(kind(&enveloped("job_queued", "queued")), "job_queued");
    assert_eq!(kind(&enveloped("job_complete", "error")), "job_error");
    assert_eq!(kind(&enveloped("job_error", "processing")), "job_error");
    assert_eq!(kind(&enveloped("api_error", "complete")), "api_error");
    assert_eq!(kind(&enveloped("job_archived", "complete")), "job_archived");
    assert_eq!(kind(r#"{"id":1,"state":"queued","type":"regular"}"#), "job_queued");
    assert_eq!(kind(r#"{"id":1,"state":"processing","type":"regular"}"#), "job_processing");
    assert_eq!(kind(r#"{"id":1,"state":"melted"}"#), "job_melted");
    assert_eq!(kind(r#"{"type":"api_error","payload":null}"#), "api_error");
    assert_eq!(kind(r#"{"type":"api_error"}"#), "api_error");
}

#[test]
fn what_is_no_job_and_has_no_type_is_no_event() {
    for (body, code) in [
        ("{}", "event_field_missing"),
        (r#"{"id":1}"#, "event_field_missing"),
        (r#"{"id":"1","state":"complete"}"#, "event_field_malformed"),
        (r#"{"id":1.5,"state":"complete"}"#, "event_field_malformed"),
        (r#"{"payload":{"id":1,"state":"complete"}}"#, "event_field_missing"),
        (r#"{"type":1,"payload":{}}"#, "event_field_malformed"),
        ("[]", "event_not_object"),
    ] {
        assert_eq!(skylab_event(body).unwrap_err().code(), code, "{body}");
    }
}

#[test]
fn links_are_read_in_both_spellings_and_errors_however_nested() {
    for name in ["photoDownloadUrls", "photo_download_urls"] {
        let body = format!(r#"{{"id":1,"state":"complete","{name}":{{"a.jpg":"https://example.test/a","b":null}}}}"#);
        let job = skylab_event(&body).unwrap().job.unwrap();
        assert_eq!(job.photo_urls, [("a.jpg".into(), "https://example.test/a".into())]);
    }
    let errors =
        |errors: &str| skylab_event(&format!(r#"{{"id":1,"state":"error","errors":{errors}}}"#)).unwrap().job.unwrap();
    assert_eq!(errors(r#""a""#).errors, ["a"]);
    assert_eq!(errors(r#"["a","b"]"#).errors, ["a", "b"]);
    assert_eq!(errors(r#"[["a"],[],[["b",null]],"c"]"#).errors, ["a", "b", "c"]);
    let odd = errors(r#"[{"message":"a"}]"#);
    assert!(odd.errors.is_empty() && odd.other.get("errors").is_some());
}

#[test]
fn reads_events_in_xml() {
    let body = r#"<?xml version="1.0" encoding="UTF-8"?>
        <hash><type>job_complete</type><payload>
          <id type="integer">42</id><state>complete</state><account-id type="integer">1</account-id>
          <name>Zoë &amp; <![CDATA[<co>]]></name><preset-type nil="true"/>
          <photo-download-urls><a.jpg>https://example.test/a?x=1&amp;y=2</a.jpg></photo-download-urls>
          <errors type="array"><error type="array"><error>a</error></error></errors>
        </payload></hash>"#;
    let event = skylab_event(body).unwrap();
    assert_eq!(event.kind, EventKind::JobComplete);
    let job = event.job.unwrap();
    assert_eq!(
        (job.id.as_str(), job.account_id.as_deref(), job.name.as_deref()),
        ("42", Some("1"), Some("Zoë & <co>"))
    );
    assert_eq!(job.photo_urls, [("a.jpg".into(), "https://example.test/a?x=1&y=2".into())]);
    assert_eq!(job.errors, ["a"]);
}

#[test]
fn refuses_xml_that_is_made_to_do_harm() {
    let laughs = r#"<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a><type>&c;</type></a>"#;
    let nested = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    let items = format!("<a>{}</a>", "<b/>".repeat(30_000));
    for (body, code) in [
        (laughs, "event_document_type"),
        (r#"<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>"#, "event_document_type"),
        ("<a><type>&b;</type></a>", "event_not_xml"),
        ("<a>", "event_not_xml"),
        ("<a></b>", "event_not_xml"),
        ("<a/><b/>", "event_not_xml"),
        ("<", "event_not_xml"),
        ("<a><b/><b/></a>", "event_field_repeated"),
        (&nested, "event_too_deep"),
        (&items, "event_too_deep"),
    ] {
        assert_eq!(skylab_event(body).unwrap_err().code(), code, "{body:.60}");
    }
    assert_eq!(skylab::Event::assume_verified(b"<a>\xff</a>").unwrap_err().code(), "event_not_xml");
}

#[test]
fn every_reader_refuses_what_is_nested_too_deeply() {
    let body = format!(r#"{{"event":"a","topic":"a","type":"a","x":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let body = body.as_bytes();
    assert_eq!(headshotpro::Event::assume_verified(body), Err(EventError::TooDeep));
    assert_eq!(scale::Event::assume_verified(body), Err(EventError::TooDeep));
    assert_eq!(skylab::Event::assume_verified(body), Err(EventError::TooDeep));
    assert_eq!(standardwebhooks::Event::assume_verified(body), Err(EventError::TooDeep));
}

#[test]
fn every_provider_refuses_100_mib_without_reading_them() {
    fn code<P: Provider>(provider: P, body: &[u8]) -> &'static str {
        let headers: [(&str, &str); 0] = [];
        let verifier = Verifier::with_shown_secrets(provider, ["whsec_c2VjcmV0"]).unwrap();
        verifier.verify(&Delivery::new(&headers, body), UnixSeconds::new(0)).unwrap_err().code()
    }
    let body = vec![0; 100 * 1024 * 1024];
    for (body, expected) in [
        (&body[..], "body_too_large"),
        (&body[..=MAX_BODY_BYTES], "body_too_large"),
        (&body[..MAX_BODY_BYTES], "signature_missing"),
    ] {
        assert_eq!(code(HeadshotPro::default(), body), expected);
        assert_eq!(code(Scale::new(), body), expected);
        assert_eq!(code(Skylab::default(), body), expected);
        assert_eq!(code(StandardWebhooks::default(), body), expected);
    }
}

#[test]
fn says_in_shared_words_what_happened() {
    let headshotpro = |kind: &str, status: &str| {
        let body = format!(r#"{{"event":"{kind}","object":{{"_id":"m","status":"{status}"}}}}"#);
        let neutral = neutral::<headshotpro::Event>(&body);
        assert_eq!((&neutral["session"], &neutral["photos"]), (&json!("m"), &json!([])));
        (neutral["kind"].clone(), neutral["state"].clone())
    };
    for (status, state) in [
        ("onboarding", json!("awaiting_user")),
        ("waiting", json!("processing")),
        ("pending", json!("processing")),
        ("generatingHeadshots", json!("processing")),
        ("failed", json!("processing")),
        ("active", json!("ready")),
        ("deleted", json!("deleted")),
        ("melted", Value::Null),
    ] {
        assert_eq!(headshotpro("model.status.updated", status), (json!("state_changed"), state));
    }
    assert_eq!(headshotpro("model.created", "onboarding").0, "session_created");
    assert_eq!(headshotpro("model.photos_ready", "active").0, "photos_ready");
    assert_eq!(headshotpro("model.deleted", "active"), (json!("session_deleted"), json!("deleted")));
    assert_eq!(headshotpro("model.melted", "active").0, "other");

    let said = |seen: &Value| ["kind", "session", "state", "photos"].map(|name| seen[name].clone());
    let scale = neutral::<scale::Event>(r#"{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1"}"#);
    assert_eq!(said(&scale), [json!("photos_ready"), json!("sub_1"), json!("ready"), json!([])]);

    for (state, word, kind) in [
        ("pending", "awaiting_user", "other"),
        ("queued", "processing", "state_changed"),
        ("error", "failed", "session_failed"),
    ] {
        let seen = neutral::<skylab::Event>(&format!(r#"{{"id":7,"state":"{state}"}}"#));
        assert_eq!(said(&seen), [json!(kind), json!("7"), json!(word), json!([])]);
    }
}

#[test]
fn photos_come_with_the_end_of_their_links() {
    let body = r#"{"event":"model.favorite_selected","object":{"_id":"m"},
        "favoritePhoto":{"id":"p","urls":{"main":"https://example.test/p"},"expiresAt":"2026-01-02T03:04:05.678Z"}}"#;
    let photo =
        json!({"id": "p", "url": "https://example.test/p", "expiresAt": "2026-01-02T03:04:05Z", "isFavorite": true});
    assert_eq!(neutral::<headshotpro::Event>(body)["photos"], json!([photo]));

    let signed = "https://b.example.test/k?X-Amz-Date=20260102T030405Z&X-Amz-Expires=3600";
    let job = |expiry: &str| {
        let body = format!(r#"{{"id":1,"state":"complete","photoDownloadUrls":{{"a":"{signed}"}}{expiry}}}"#);
        neutral::<skylab::Event>(&body)["photos"][0]["expiresAt"].clone()
    };
    assert_eq!(job(""), "2026-01-02T04:04:05Z");
    assert_eq!(job(r#","expiryDate":"2026-01-16T03:00:00Z""#), "2026-01-02T04:04:05Z");
    assert_eq!(job(r#","expiryDate":"2026-01-02T03:30:00Z""#), "2026-01-02T03:30:00Z");
}

#[test]
fn debug_output_holds_no_name_and_no_link() {
    let body = r#"{"id":1,"state":"complete","name":"N-A-M-E","photoDownloadUrls":{"a":"https://example.test/a"}}"#;
    let event = skylab_event(body).unwrap();
    let printed = format!("{event:?} {:?}", event.neutral());
    assert!(!printed.contains("N-A-M-E") && !printed.contains("https"), "{printed}");
}

#[test]
fn what_no_type_knows_is_serialized_as_it_was_written() {
    let other = r#"{"a":1.50,"b":[12345678901234567890123,-0],"é":{"\u0063":1e5}}"#;
    let body = format!(r#"{{"event":"a",{}"#, &other[1..]);
    let event = headshotpro::Event::assume_verified(body.as_bytes()).unwrap();
    let written = serde_json::to_string(&event).unwrap();
    assert!(written.ends_with(&format!(r#""other":{other}}}"#)), "{written}");
    assert_eq!(written, event.to_json());
}
