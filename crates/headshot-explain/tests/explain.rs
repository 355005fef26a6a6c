//! Every known mistake, made with real deliveries, is named; and nothing else is.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_explain::{Explanation, Mistake, explain};
use headshot_verify::{
    DEFAULT_TOLERANCE, Delivery, MAX_BODY_BYTES, Provider, UnixSeconds,
    jws::Algorithm,
    provider::{headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks},
};
use serde_json::Value;

const README: &str = include_str!("../README.md");
const VECTORS: &str = include_str!("../vectors/explain.json");

/// The code whose delivery is too long for a vector; it has a test of its own.
const ELSEWHERE: [&str; 1] = ["body_too_large"];

fn vectors() -> Vec<Value> {
    serde_json::from_str(VECTORS).unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap()
}

fn secrets(vector: &Value) -> Vec<Vec<u8>> {
    match vector.get("secretsBase64") {
        Some(secrets) => texts(secrets).iter().map(|secret| BASE64_STANDARD.decode(secret).unwrap()).collect(),
        None => texts(&vector["secrets"]).into_iter().map(String::into_bytes).collect(),
    }
}

fn body(vector: &Value) -> Vec<u8> {
    match vector.get("bodyBase64") {
        Some(body) => BASE64_STANDARD.decode(body.as_str().unwrap()).unwrap(),
        None => vector["body"].as_str().unwrap().into(),
    }
}

fn explained(vector: &Value) -> Explanation {
    let scheme = vector["scheme"].as_str().map(|name| name.parse().unwrap()).unwrap_or_default();
    match vector["provider"].as_str().unwrap() {
        "headshotpro" => explained_as(&HeadshotPro { scheme }, vector),
        "skylab" => explained_as(&Skylab::default(), vector),
        "scale" => explained_as(&Scale::new(), vector),
        "standardwebhooks" => explained_as(&StandardWebhooks::default(), vector),
        other => panic!("{other}"),
    }
}

fn explained_as(provider: &impl Provider, vector: &Value) -> Explanation {
    let headers: Vec<(String, String)> = serde_json::from_value(vector["headers"].clone()).unwrap();
    let body = body(vector);
    let now = UnixSeconds::new(vector["now"].as_u64().unwrap());
    explain(provider, &secrets(vector), &Delivery::new(&headers[..], &body), now, DEFAULT_TOLERANCE)
}

fn codes(explanation: &Explanation) -> Vec<&'static str> {
    explanation.findings().iter().map(|finding| finding.mistake().code()).collect()
}

fn named(name: &str) -> Value {
    vectors().into_iter().find(|vector| vector["name"] == name).unwrap()
}

#[test]
fn names_exactly_the_mistake_that_was_made() {
    let wrong: Vec<String> = vectors().iter().filter_map(wrongly_explained).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn wrongly_explained(vector: &Value) -> Option<String> {
    let explanation = explained(vector);
    let is_genuine = explanation.is_genuine();
    let is_consistent =
        is_genuine == explanation.findings().is_empty() && is_genuine == (explanation.verdict() == "genuine");
    let is_right = codes(&explanation) == texts(&vector["findings"]);
    (!is_right || !is_consistent).then(|| format!("{}: {explanation:?}", vector["name"]))
}

#[test]
fn every_code_has_a_delivery_that_shows_it() {
    let shown: BTreeSet<String> = vectors().iter().flat_map(|vector| texts(&vector["findings"])).collect();
    let shown = shown.iter().map(String::as_str).chain(ELSEWHERE).collect::<BTreeSet<&str>>();
    assert_eq!(shown, Mistake::ALL.iter().map(|mistake| mistake.code()).collect());
}

#[test]
fn the_readme_lists_every_code_and_no_other() {
    let rows = README.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let listed: Vec<&str> = rows.map(|(code, _)| code).collect();
    assert_eq!(listed, Mistake::ALL.iter().map(|mistake| mistake.code()).collect::<Vec<_>>());
}

#[test]
fn tells_neither_a_secret_nor_the_body() {
    for vector in vectors() {
        let explanation = explained(&vector);
        let told = format!("{explanation:?}{}", explanation.to_json());
        for secret in secrets(&vector).iter().filter(|secret| !secret.is_empty()) {
            let secret = String::from_utf8_lossy(secret);
            assert!(!told.contains(secret.trim()), "{told}");
        }
        for word in ["evt_", "0123456789abcdef", "https:", "Zo", "active"] {
            assert!(!told.contains(word), "{}: {told}", vector["name"]);
        }
    }
}

#[test]
fn does_not_tell_a_secret_that_stands_in_the_name_of_a_header() {
    let secret = "7X-HeadshotProwebhook-signatu";
    let headers =
        [("c7a7X-HeadshotProwebhook-signa/ture", "v1,"), ("webhook-id", "1"), ("webhook-timestamp", "1767323045")];
    let now = UnixSeconds::new(1_767_323_045);
    let delivery = Delivery::new(&headers[..], "{}");
    let told = explain(&StandardWebhooks::default(), &[secret], &delivery, now, DEFAULT_TOLERANCE).to_json();
    assert!(told.contains("header_renamed") && told.contains("under a name that holds a secret"), "{told}");
    assert!(!told.contains(secret), "{told}");
}

#[test]
fn sentences_are_sentences() {
    for finding in vectors().iter().flat_map(|vector| explained(vector).findings().to_vec()) {
        for sentence in [finding.message(), finding.remedy()] {
            assert!(sentence.starts_with(char::is_lowercase) && !sentence.ends_with('.'), "{sentence}");
        }
    }
}

#[test]
fn says_by_how_much_and_in_which_direction_the_clock_is_off() {
    let message = |name| explained(&named(name)).findings()[0].message().to_owned();
    let ahead = message("the clock is an hour ahead");
    assert!(ahead.contains("3605 s before now") && ahead.contains("ahead"), "{ahead}");
    let behind = message("the clock is an hour behind");
    assert!(behind.contains("3595 s after now") && behind.contains("behind"), "{behind}");
}

#[test]
fn says_under_which_name_a_header_came() {
    let explanation = explained(&named("a letter is missing in a header's name"));
    assert_eq!(
        explanation.findings()[0].message(),
        "the header x-headshotpro-signature is there under the name X-HeadshotPro-Signatur"
    );
}

#[test]
fn a_header_name_that_is_no_word_is_not_repeated_as_it_is() {
    let headers = [("x-headshotpro-signature\u{1b}[31m", "sha256=00")];
    let delivery = Delivery::new(&headers[..], "{}");
    let explanation = explain(&HeadshotPro::default(), &["secret"], &delivery, UnixSeconds::new(0), DEFAULT_TOLERANCE);
    assert!(!explanation.to_json().contains('\u{1b}') && !explanation.to_json().contains("u001b"));
}

#[test]
fn says_that_a_body_is_too_large() {
    let body = vec![b' '; MAX_BODY_BYTES + 1];
    let headers: [(&str, &str); 0] = [];
    let delivery = Delivery::new(&headers[..], &body);
    let explanation = explain(&HeadshotPro::default(), &["secret"], &delivery, UnixSeconds::new(0), Duration::ZERO);
    assert_eq!((explanation.verdict(), codes(&explanation)), ("body_too_large", vec!["body_too_large"]));
}

#[test]
fn a_token_of_an_algorithm_that_is_not_allowed_is_no_fit() {
    let token = named("Scale, genuine");
    let provider = Scale::new().with_algorithms([Algorithm::Hs384]);
    let explanation = explained_as(&provider, &token);
    assert_eq!((explanation.verdict(), codes(&explanation)), ("algorithm_refused", vec!["token_algorithm"]));
}

/// An attacker may repeat every header, and each of them may hold several values.
#[test]
fn headers_that_are_repeated_take_little_memory() {
    let values = |begin: &str| -> Vec<String> {
        let value = |place: u32| (0..8).map(|part| format!("{begin}{:064x}", place * 8 + part)).collect::<Vec<_>>();
        (0..3).map(|place| value(place).join(",")).collect()
    };
    let names = [("webhook-signature", "v1="), ("webhook-timestamp", "1767323045.0"), ("webhook-id", "")];
    let repeated = |(name, begin)| values(begin).into_iter().map(move |value| (name, value));
    let headers: Vec<(&str, String)> = names.into_iter().flat_map(repeated).collect();
    let delivery = Delivery::new(&headers[..], "[]");
    let now = UnixSeconds::new(1_767_323_045);
    let mut found = Vec::new();
    let used = allocation_counter::measure(|| {
        found = codes(&explain(&StandardWebhooks::default(), &["c2VjcmV0"], &delivery, now, DEFAULT_TOLERANCE));
    });
    assert_eq!(found, ["header_repeated"]);
    assert!(used.bytes_max < 1024 * 1024, "{used:?}");
}

#[test]
fn is_written_as_json() {
    let json: Value = serde_json::from_str(&explained(&named("a newline after the secret")).to_json()).unwrap();
    assert_eq!(json["verdict"], "signature_mismatch");
    assert_eq!(json["findings"][0]["code"], "secret_white_space");
    assert_eq!(json["findings"][0]["message"], "the secret has white space around it");
    assert!(json["findings"][0]["remedy"].is_string());
    let json: Value = serde_json::from_str(&explained(&named("a genuine delivery")).to_json()).unwrap();
    assert_eq!(json, serde_json::json!({"verdict": "genuine", "findings": []}));
}
