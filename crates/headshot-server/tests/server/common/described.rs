//! The server's description of itself, and whether an answer keeps to it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jsonschema::Validator;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tower::ServiceExt;

use super::Answer;

/// What is no part of the description, by how its path begins: pages for the operator.
pub(crate) const OUTSIDE: &[&str] = &["/console"];

/// Headers that a client acts on.
const TOLD: [header::HeaderName; 5] =
    [header::ETAG, header::LOCATION, header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW];

/// The document, as the server tells it.
pub(crate) async fn document(router: &Router) -> &'static Value {
    static DOCUMENT: OnceCell<Value> = OnceCell::const_new();
    DOCUMENT
        .get_or_init(async || {
            let request = Request::get("/openapi.json").body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap()
        })
        .await
}

/// Checks that an answer is one of those that its route is described with.
pub(crate) async fn check(router: &Router, method: &Method, path: &str, answer: &Answer) {
    let document = document(router).await;
    if *method == Method::OPTIONS || OUTSIDE.iter().any(|outside| path.starts_with(outside)) {
        return;
    }
    let told = || format!("{method} {path}: {} {}", answer.status, answer.text());
    let Some((template, item)) = route(document, path) else {
        return assert_eq!(answer.problem().code, "route_unknown", "{}", told());
    };
    let is_head = *method == Method::HEAD;
    let name = if is_head { "get".to_owned() } else { method.as_str().to_lowercase() };
    let Some(operation) = item.get(&name) else {
        return assert_eq!(answer.problem().code, "method_not_allowed", "{}", told());
    };
    let response = operation["responses"].get(answer.status.as_str());
    let response = response.unwrap_or_else(|| panic!("the status is not described: {}", told()));
    for header in TOLD.iter().filter(|header| answer.headers.contains_key(*header)) {
        assert!(has_header(response, header.as_str()), "the header {header} is not described: {}", told());
    }
    let Some(content) = response["content"].as_object() else {
        return assert!(answer.body.is_empty(), "no body is described: {}", told());
    };
    let kind = media_type(&answer.headers);
    let content = content.get(&kind).unwrap_or_else(|| panic!("the content type is not described: {}", told()));
    if kind.ends_with("json") && !is_head {
        let place = format!("{name} {template} {} {kind}", answer.status);
        fits(document, &place, &content["schema"], &answer.json());
    }
}

/// The path that was asked for, as the document has it.
fn route<'a>(document: &'a Value, path: &str) -> Option<(&'a String, &'a Value)> {
    let is_one = |template: &str| {
        let is_same = |(asked, known): (&str, &str)| asked == known || (known.starts_with('{') && !asked.is_empty());
        path.split('/').count() == template.split('/').count() && path.split('/').zip(template.split('/')).all(is_same)
    };
    document["paths"].as_object()?.iter().find(|(template, _)| is_one(template))
}

fn has_header(response: &Value, name: &str) -> bool {
    response["headers"].as_object().is_some_and(|headers| headers.keys().any(|known| known.eq_ignore_ascii_case(name)))
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap());
    value.split(';').next().unwrap_or_default().trim().to_owned()
}

/// Checks a value against a schema of the document; no object may hold anything that is not described.
pub(crate) fn fits(document: &Value, place: &str, described: &Value, value: &Value) {
    let schema = schema(document, place, described);
    let problems: Vec<_> = schema.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{place}: {problems:?}: {value}");
}

/// Each is compiled once for all tests.
fn schema(document: &Value, place: &str, described: &Value) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let compile = || {
        let mut components = document["components"].clone();
        for schema in components["schemas"].as_object_mut().unwrap().values_mut() {
            schema["unevaluatedProperties"] = json!(false);
        }
        let whole = json!({ "allOf": [described], "components": components });
        Arc::new(jsonschema::options().should_validate_formats(true).build(&whole).unwrap())
    };
    Arc::clone(known.entry(place.to_owned()).or_insert_with(compile))
}
