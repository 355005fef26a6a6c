use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::control::Refused;

/// Why the provider does not do what it was asked, in its documented form `{"code","message","errors"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unparsable,
    WrongKey(StatusCode),
    AddressNotAllowed,
    NotFound(&'static str),
    /// A field, and what is wrong with it.
    Invalid(&'static str, String),
    TooManyRequests,
    /// Another answer, which somebody ordered or a fault made.
    Trouble(StatusCode),
}

impl Refusal {
    pub(super) fn invalid(field: &'static str, text: impl Into<String>) -> Self {
        Self::Invalid(field, text.into())
    }

    fn parts(&self) -> (StatusCode, String) {
        match self {
            Self::Unparsable => (StatusCode::BAD_REQUEST, "The request could not be parsed".into()),
            Self::WrongKey(status) => (*status, "Invalid API token".into()),
            Self::AddressNotAllowed => (StatusCode::FORBIDDEN, "This IP address is not whitelisted".into()),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, format!("{what} not found")),
            Self::Invalid(field, text) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{field} {text}")),
            Self::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "Too many requests".into()),
            Self::Trouble(status) => (*status, "Something went wrong".into()),
        }
    }

    fn errors(&self) -> Map<String, Value> {
        match self {
            Self::Invalid(field, text) => [((*field).to_owned(), json!([text]))].into_iter().collect(),
            _ => Map::new(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = self.parts();
        let body = json!({ "code": status.as_u16(), "message": message, "errors": self.errors() });
        (status, Json(body)).into_response()
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let (status, message) = refusal.parts();
        match refusal {
            Refusal::NotFound(_) => Self::new(status, "NOT_FOUND", message.into()),
            _ => Self::conflict(message),
        }
    }
}
