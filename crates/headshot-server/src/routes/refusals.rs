//! What a route refuses, for its description: made from the table of codes.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::error::Code;

pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// What can happen to a request of every route.
const EVERYWHERE: [Code; 2] = [Code::RequestTimeout, Code::InternalError];

/// A type that stands for these codes in the description of a route.
macro_rules! refusals {
    ($name:ident: $($code:ident),* $(,)?) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                crate::routes::refusals::by_status(&[$(crate::error::Code::$code),*])
            }
        }
    };
}

pub(super) use refusals;

/// One answer for each status, with its codes and what they mean.
pub(super) fn by_status(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut statuses: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes.iter().chain(&EVERYWHERE) {
        statuses.entry(code.status().as_u16()).or_default().push(*code);
    }
    let answers = statuses.into_iter().map(|(status, codes)| {
        let means = |code: &Code| format!("- `{}`: {}", code.as_str(), code.title());
        let about = codes.iter().map(means).collect::<Vec<_>>().join("\n");
        (status.to_string(), problem(status, &about, codes.iter().map(|code| code.as_str())).into())
    });
    answers.collect()
}

/// A problem that has one of these codes.
pub(super) fn problem(status: u16, about: &str, codes: impl Iterator<Item = &'static str>) -> Response {
    let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
    let number = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([json!(status)]));
    let narrowed = ObjectBuilder::new().property("code", word).property("status", number);
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(narrowed);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(about).content(PROBLEM_JSON, content);
    let header = |kind, about: &str| {
        let schema = ObjectBuilder::new().schema_type(kind);
        HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()
    };
    let response = match status {
        401 => response.header("WWW-Authenticate", header(Type::String, "The kind of credentials that are missing.")),
        405 => response.header("Allow", header(Type::String, "The methods of the route.")),
        429 | 503 => response.header("Retry-After", header(Type::Integer, "After how many seconds to ask again.")),
        _ => response,
    };
    response.build()
}
