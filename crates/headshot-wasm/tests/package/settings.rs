//! Receivers: a provider or a declaration, and secrets.

use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::{bool::weighted, collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use crate::vector::Vector;

/// A receiver as a vector without a delivery.
pub(crate) fn settings() -> impl Strategy<Value = Vector> {
    prop_oneof![
        2 => built_in("headshotpro", &[None, Some("timestamped"), Some("auto"), Some("body")], texts()),
        2 => built_in("skylab", &[None, Some("dated")], texts()),
        3 => built_in("scale", &[None, Some("HS256"), Some("HS384"), Some("HS512")], texts()),
        2 => built_in("standardwebhooks", &[None, Some("v1")], whsecs()),
        4 => declared(),
    ]
}

pub(crate) fn receiver(provider: Value, scheme: Option<&str>, secrets: Vec<impl Into<Vec<u8>>>) -> Vector {
    Vector {
        name: String::new(),
        provider,
        secrets: secrets.into_iter().map(Into::into).collect(),
        scheme: scheme.map(str::to_owned),
        tolerance: None,
        now: 0,
        headers: Vec::new(),
        body: Vec::new(),
        verdict: Value::Null,
    }
}

fn built_in(
    provider: &'static str,
    schemes: &[Option<&'static str>],
    secrets: BoxedStrategy<Vec<String>>,
) -> impl Strategy<Value = Vector> + use<> {
    (select(schemes.to_vec()), secrets).prop_map(move |(scheme, secrets)| receiver(provider.into(), scheme, secrets))
}

fn declared() -> impl Strategy<Value = Vector> {
    (declaration(), texts(), whsecs()).prop_map(|(declaration, texts, whsecs)| {
        let secrets = if declaration["secretForm"] == "whsec" { whsecs } else { texts };
        receiver(declaration, None, secrets)
    })
}

fn texts() -> BoxedStrategy<Vec<String>> {
    vec(prop_oneof![8 => "[0-9a-f]{64}", 8 => ".{1,40}", 1 => ".{0,1}"], 1..4).boxed()
}

fn whsecs() -> BoxedStrategy<Vec<String>> {
    let bytes = prop_oneof![20 => vec(any::<u8>(), 1..48), 1 => Just(Vec::new())];
    let secret = (select(vec!["whsec_", ""]), bytes)
        .prop_map(|(prefix, bytes)| format!("{prefix}{}", BASE64_STANDARD.encode(bytes)));
    vec(secret, 1..4).boxed()
}

/// Declarations as JavaScript takes them, most of which make a scheme.
fn declaration() -> impl Strategy<Value = Value> {
    let names = prop_oneof![8 => Just(["X-Signature", "X-Timestamp", "X-Id"]), 1 => [name(), name(), name()]];
    let flags = (weighted(0.3), weighted(0.1));
    (template(), names, forms(), prefix(), flags).prop_map(
        |(template, [signature, timestamp, id], [encoding, format, secrets], prefix, (is_list, is_object))| {
            let mut declaration = json!({
                "provider": "acme", "signatureHeader": signature, "signed": template, "encoding": encoding,
                "prefix": if is_list { "v1,".to_owned() } else { prefix }, "severalSignatures": is_list,
                "jsonObjectOnly": is_object, "secretForm": secrets,
            });
            if template.contains("{timestamp}") {
                declaration["timestampHeader"] = timestamp.into();
                declaration["timestampFormat"] = format.into();
            }
            if template.contains("{id}") {
                declaration["idHeader"] = id.into();
            }
            declaration
        },
    )
}

fn template() -> impl Strategy<Value = String> {
    let usual = "{body} v0:{timestamp}:{body} {id}.{timestamp}.{body} {body}.{timestamp} {body}|{id} {timestamp}{body} é{id}é{body}";
    let usual = select(usual.split(' ').collect::<Vec<_>>());
    prop_oneof![6 => usual.prop_map(str::to_owned), 1 => "(\\{(id|body|timestamp)\\}|[.:x9{}]){0,6}"]
}

fn name() -> impl Strategy<Value = &'static str> {
    select(vec!["X-Signature", "x-unknown", "X-Timestamp", "", "a b", "webhook-id"])
}

/// Encoding, form of the timestamp and form of the secrets.
fn forms() -> impl Strategy<Value = [&'static str; 3]> {
    let known =
        |names: &[&'static str], unknown: &'static str| prop_oneof![20 => select(names.to_vec()), 1 => Just(unknown)];
    [
        known(&["hex", "base64", "base64url"], "base32"),
        known(&["unix-seconds", "unix-millis", "http-date"], "iso"),
        known(&["text", "whsec"], "hex"),
    ]
}

fn prefix() -> impl Strategy<Value = String> {
    prop_oneof![9 => select(vec!["", "v0="]).prop_map(str::to_owned), 1 => ".{0,2}"]
}
