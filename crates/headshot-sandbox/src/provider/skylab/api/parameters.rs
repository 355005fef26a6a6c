use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde_json::{Map, Value};

use crate::provider::skylab::refusal::Refusal;

/// What a call says: in a JSON body, also of a GET, or in the query, where everything is text
/// \[k-py\]\[k-rb\]\[k-js\]\[k-net\].
pub(super) struct Parameters(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let body = Bytes::from_request(request, state).await.map_err(|_| Refusal::Unparsable)?;
        let mut members: Map<String, Value> = if body.is_empty() {
            Map::new()
        } else {
            serde_json::from_slice(&body).map_err(|_| Refusal::Unparsable)?
        };
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        members.extend(pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))));
        Ok(Self(members))
    }
}

impl Parameters {
    /// A number, also one that is written as text.
    pub(super) fn id(&self, name: &'static str) -> Result<Option<u64>, Refusal> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::String(text)) => text.parse().map(Some).map_err(|_| not_a_number(name)),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| not_a_number(name)),
        }
    }

    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        match self.given(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| Refusal::invalid(name, "is not a text")),
        }
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Refusal> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) => {
                text.parse().map(Some).map_err(|_| Refusal::invalid(name, "is not true or false"))
            }
            Some(_) => Err(Refusal::invalid(name, "is not true or false")),
        }
    }

    pub(super) fn all(&self) -> &Map<String, Value> {
        &self.0
    }

    fn given(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}

fn not_a_number(name: &'static str) -> Refusal {
    Refusal::invalid(name, "is not a number")
}
