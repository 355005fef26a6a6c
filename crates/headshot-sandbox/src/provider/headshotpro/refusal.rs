use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why the provider does not do what it was asked, in its documented form `{"success":false,"error","code"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unauthorized,
    InvalidRequest(&'static str),
    InvalidEmail,
    NotFound(&'static str),
    AlreadyExists,
    AlreadyDeleted,
    InsufficientCredits,
    RateLimitExceeded,
    Forbidden(&'static str),
}

impl Refusal {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Invalid or missing API key"),
            Self::InvalidRequest(error) => (StatusCode::BAD_REQUEST, "INVALID_REQUEST", error),
            Self::InvalidEmail => (StatusCode::BAD_REQUEST, "INVALID_EMAIL", "Invalid email address"),
            Self::NotFound(error) => (StatusCode::NOT_FOUND, "NOT_FOUND", error),
            Self::AlreadyExists => (StatusCode::BAD_REQUEST, "ALREADY_EXISTS", EMAIL_EXISTS),
            Self::AlreadyDeleted => (StatusCode::BAD_REQUEST, "ALREADY_DELETED", "Model has already been deleted"),
            Self::InsufficientCredits => {
                (StatusCode::PAYMENT_REQUIRED, "INSUFFICIENT_CREDITS", "Not enough credits in your organization")
            }
            Self::RateLimitExceeded => {
                (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", "Too many requests, try again later")
            }
            Self::Forbidden(error) => (StatusCode::FORBIDDEN, "FORBIDDEN", error),
        }
    }
}

const EMAIL_EXISTS: &str = "A user with this email already exists. For returning users, append a unique suffix to the \
    local part, for example user+1704067200000@example.com";

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, error) = self.parts();
        (status, Json(json!({ "success": false, "error": error, "code": code }))).into_response()
    }
}
