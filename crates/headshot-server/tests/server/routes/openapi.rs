//! `GET /openapi.json`

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use headshot_server::Code;
use headshot_verify::VerifyError;
use serde_json::{Value, json};

use crate::common::described::{self, OUTSIDE};
use crate::common::{API_KEY, Answer, MODEL, World, get, post, request};
use crate::readme::table;

async fn described_by(world: &World) -> &'static Value {
    described::document(&world.router).await
}

#[tokio::test]
async fn is_of_this_server_and_of_openapi_3_1() {
    let world = World::new().await;
    let answer = world.send(get("/openapi.json", "")).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let document: Value = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["servers"], json!([{ "url": crate::common::PUBLIC_URL }]));
    let provider = document.pointer("/components/schemas/OpenSession/properties/provider/enum");
    assert_eq!(provider, Some(&json!(["headshotpro"])));
}

#[tokio::test]
async fn describes_every_path_of_the_router_and_no_other() {
    let world = World::new().await;
    // The router shows its paths nowhere else; two of them are its fallback.
    let shown = format!("{:?}", world.router);
    let routed = shown.split('"').filter(|text| text.starts_with('/'));
    let is_public = |path: &&str| {
        *path != "/" && !path.contains("axum_fallback") && !OUTSIDE.iter().any(|outside| path.starts_with(outside))
    };
    let document = described_by(&world).await;
    let described: BTreeSet<_> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(routed.filter(is_public).collect::<BTreeSet<_>>(), described);
}

#[tokio::test]
async fn describes_every_method_of_a_path_and_no_other() {
    let world = World::new().await;
    for (path, item) in described_by(&world).await["paths"].as_object().unwrap() {
        let asked = path.replace("{provider}", "headshotpro").replace(['{', '}'], "");
        let unknown = request(Method::from_bytes(b"PURGE").unwrap(), &asked, API_KEY).body(Body::empty()).unwrap();
        let answer = world.send(unknown).await;
        answer.is_problem(405, "method_not_allowed");
        // HEAD comes with GET.
        let routed: BTreeSet<_> = answer.header("allow").split(',').filter(|method| *method != "HEAD").collect();
        let described: BTreeSet<_> = item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        assert_eq!(routed, described.iter().map(String::as_str).collect(), "{path}");
    }
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_a_summary_and_a_tag() {
    let world = World::new().await;
    let document = described_by(&world).await;
    let tags: BTreeSet<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()).collect();
    let mut names = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string() && operation["description"].is_string(), "{method} {path}");
            assert!(tags.contains(&operation["tags"][0].to_string()), "{method} {path}");
            let earlier = names.insert(operation["operationId"].as_str().unwrap(), (method, path));
            assert_eq!(earlier, None, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_codes_of_problems_are_those_of_the_tables() {
    let world = World::new().await;
    let document = described_by(&world).await;
    let schemas = &document["components"]["schemas"];
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(schemas["ProblemCode"]["enum"], json!(codes));
    assert_eq!(schemas["DeliveryProblemCode"]["enum"], json!(VerifyError::CODES));
    let any = &schemas["Problem"]["properties"]["code"]["anyOf"];
    let both =
        ["ProblemCode", "DeliveryProblemCode"].map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    assert_eq!(*any, json!(both));
}

#[tokio::test]
async fn every_code_is_an_answer_of_some_route() {
    let world = World::new().await;
    let mut told = BTreeSet::new();
    strings_of_codes(&described_by(&world).await["paths"], &mut told);
    // Its routes are outside of the document.
    let of_the_console = [Code::ConsoleKeyRefused, Code::ConsoleSignedOut, Code::OriginRefused, Code::RecordUnknown];
    let missing: Vec<_> = Code::ALL.iter().copied().filter(|code| !told.contains(code.as_str())).collect();
    assert_eq!(missing, of_the_console);
}

/// The words that any `code` below may be.
fn strings_of_codes(value: &Value, found: &mut BTreeSet<String>) {
    if let Some(words) = value.pointer("/properties/code/enum").and_then(Value::as_array) {
        found.extend(words.iter().map(|word| word.as_str().unwrap().to_owned()));
    }
    let below: Vec<_> = value.as_object().map(|object| object.values().collect()).unwrap_or_default();
    let beside: Vec<_> = value.as_array().map(|array| array.iter().collect()).unwrap_or_default();
    below.into_iter().chain(beside).for_each(|value| strings_of_codes(value, found));
}

#[tokio::test]
async fn the_readme_lists_every_route() {
    let world = World::new().await;
    let document = described_by(&world).await;
    let mut routes: Vec<Vec<String>> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let request = format!("`{} {path}`", method.to_uppercase());
            routes.push(vec![request, credentials(operation), operation["summary"].as_str().unwrap().to_owned()]);
        }
    }
    assert_eq!(table("| Request | Credentials |"), routes);
}

fn credentials(operation: &Value) -> String {
    let alternatives = operation["security"].as_array().into_iter().flatten();
    let schemes = alternatives.map(|scheme| match scheme.as_object().unwrap().keys().next().map(String::as_str) {
        Some("host_key") => "API key",
        Some("client_token") => "client token",
        _ => "signed link",
    });
    schemes.collect::<Vec<_>>().join(" or ")
}

/// Every example, with the schema that it stands beside.
async fn examples(world: &World) -> Vec<(String, &'static Value, &'static Value)> {
    let mut found = Vec::new();
    let document = described_by(world).await;
    for part in ["paths", "webhooks", "components"] {
        find_examples(&document[part], part, &mut found);
    }
    found
}

fn find_examples(value: &'static Value, name: &str, found: &mut Vec<(String, &'static Value, &'static Value)>) {
    if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
        found.push((name.to_owned(), schema, example));
    }
    let object = value.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value));
    let array = value.as_array().into_iter().flatten().enumerate().map(|(index, value)| (index.to_string(), value));
    object.chain(array).for_each(|(key, value)| find_examples(value, &format!("{name} {key}"), found));
}

#[tokio::test]
async fn every_example_fits_its_schema() {
    let world = World::new().await;
    let examples = examples(&world).await;
    assert!(examples.len() >= 7, "{}", examples.len());
    for (name, schema, example) in examples {
        described::fits(described_by(&world).await, &name, schema, example);
    }
}

/// The example of an answer.
fn example<'a>(document: &'a Value, path: &str, method: &str, status: &str) -> &'a Value {
    &document["paths"][path][method]["responses"][status]["content"]["application/json"]["example"]
}

/// An answer with what is random in it as in the examples.
fn settled(answer: &Answer) -> Value {
    let mut value: Value = answer.json();
    settle(&mut value);
    value
}

fn settle(value: &mut Value) {
    match value {
        Value::String(text) => *text = settled_text(text),
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::Object(fields) => fields.values_mut().for_each(settle),
        _ => {}
    }
}

/// Ids, tokens and signatures are random; they keep their kind and their length.
fn settled_text(text: &str) -> String {
    let parts = text.split_inclusive(['/', '?', '&', '=']).map(|part| {
        let word = part.trim_end_matches(['/', '?', '&', '=']);
        let kind = ["ses_", "hct_", "pho_", "evt_"].into_iter().find(|kind| word.starts_with(kind)).unwrap_or_default();
        let length = word.len() - kind.len();
        if length < 32 {
            return part.to_owned();
        }
        let id: String = "0123456789abcdef".chars().cycle().take(length).collect();
        part.replace(word, &format!("{kind}{id}"))
    });
    parts.collect()
}

#[tokio::test]
async fn the_examples_are_what_is_answered() {
    let world = World::new().await;
    let document = described_by(&world).await;
    let body = &document["paths"]["/v1/sessions"]["post"]["requestBody"]["content"]["application/json"]["example"];
    let opened = world.send(post("/v1/sessions", API_KEY, body)).await;
    assert_eq!(&settled(&opened), example(document, "/v1/sessions", "post", "201"));
    let session = opened.header("location").to_owned();
    world.provider.finish(MODEL, &["p1"]);
    world.provider.set_favorite(json!({"id": "p1"}));
    world.pass(Duration::from_mins(1)).await;
    let read = world.send(get(&session, API_KEY)).await;
    assert_eq!(&settled(&read), example(document, "/v1/sessions/{id}", "get", "200"));
    let page = world.send(get("/v1/events?after=3", API_KEY)).await;
    assert_eq!(&settled(&page), example(document, "/v1/events", "get", "200"));
}
