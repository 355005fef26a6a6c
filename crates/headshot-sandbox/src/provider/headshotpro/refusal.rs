use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::control::Refused;

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
    /// Another answer, which somebody ordered or a fault made.
    Trouble(StatusCode),
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
            Self::Trouble(status) => (status, "SERVER_ERROR", "Something went wrong, try again later"),
        }
    }
}

const EMAIL_EXISTS: &str = "A user with this email already exists. For returning users, append a unique suffix to the \
    local part, for example user+1704067200000@example.com";

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let (status, code, error) = refusal.parts();
        Self::new(status, code, error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Refused::from(self).into_response()
    }
}
