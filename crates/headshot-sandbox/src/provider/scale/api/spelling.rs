//! Another spelling of every answer, just as likely as the usual one: no document shows any.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Collected};
use serde_json::{Map, Value, json};

use crate::provider::scale::account::Account;

/// The other names of members.
const OTHER_NAMES: [(&str, &str); 3] = [("url", "session_url"), ("state", "status"), ("enhanced_url", "image_url")];

/// Spells an answer otherwise, if the account is told to.
pub(super) async fn spell(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !account.config.other_spelling {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let answer = serde_json::from_slice(&body).unwrap_or_default();
    // It is written anew.
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, Json(spelt_otherwise(answer))).into_response()
}

/// One thing stands in `data`, as the things of a list do; an error is its text.
fn spelt_otherwise(mut answer: Value) -> Value {
    if let Some(message) = answer["error"].get("message") {
        return json!({ "error": message });
    }
    if let Some(things) = answer.get_mut("data").and_then(Value::as_array_mut) {
        things.iter_mut().for_each(rename);
        return answer;
    }
    rename(&mut answer);
    json!({ "data": answer })
}

fn rename(thing: &mut Value) {
    let Value::Object(members) = thing else { return };
    let other = |name: String| match OTHER_NAMES.iter().find(|(usual, _)| *usual == name) {
        Some((_, other)) => (*other).to_owned(),
        None => name,
    };
    *members = std::mem::take(members).into_iter().map(|(name, value)| (other(name), value)).collect::<Map<_, _>>();
}
