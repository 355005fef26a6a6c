use std::borrow::Cow;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::Controls;

/// Why a control does nothing: `{"success":false,"error","code"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) error: Cow<'static, str>,
}

/// The provider knows nothing of the kind.
pub(crate) const NOT_HERE: Refused = Refused::new(
    StatusCode::CONFLICT,
    "NOT_AT_THIS_PROVIDER",
    Cow::Borrowed("There is nothing of the kind at this provider"),
);

impl Refused {
    pub(crate) const fn new(status: StatusCode, code: &'static str, error: Cow<'static, str>) -> Self {
        Self { status, code, error }
    }

    pub(crate) const fn not_found(error: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", Cow::Borrowed(error))
    }

    pub(crate) fn invalid(error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", error.into())
    }

    pub(crate) fn no_status<P: Controls>(status: &str) -> Self {
        Self::invalid(format!("`{status}` is no status here; there are {}", P::statuses().join(", ")))
    }

    /// Not now: the session stands elsewhere.
    pub(crate) fn conflict(error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "CONFLICT", error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "success": false, "error": self.error, "code": self.code }))).into_response()
    }
}
