use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// An error answer, `application/problem+json` (RFC 9457).
#[derive(Debug)]
pub(super) enum Problem {
    /// The host's own.
    Own { status: StatusCode, code: &'static str, title: &'static str },
    /// The headshot server's, passed on as it is.
    Server { status: StatusCode, body: Bytes },
}

impl Problem {
    pub(super) const fn own(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self::Own { status, code, title }
    }
}

pub(super) const SERVER_UNREACHABLE: Problem =
    Problem::own(StatusCode::BAD_GATEWAY, "server_unreachable", "the headshot server does not answer");
pub(super) const BODY_MALFORMED: Problem =
    Problem::own(StatusCode::BAD_REQUEST, "body_malformed", "the body is not the JSON that this route takes");
pub(super) const SESSION_UNKNOWN: Problem =
    Problem::own(StatusCode::NOT_FOUND, "session_unknown", "the session is none of this person's");
pub(super) const PHOTO_UNKNOWN: Problem =
    Problem::own(StatusCode::NOT_FOUND, "photo_unknown", "there is no such photo");

pub(super) async fn route_unknown() -> Problem {
    Problem::own(StatusCode::NOT_FOUND, "route_unknown", "there is no such route")
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        match self {
            Self::Server { status, body } => (status, kind, body).into_response(),
            Self::Own { status, code, title } => {
                let kind_of_problem = format!("urn:headshot-kit:problem:{code}");
                let body = json!({ "type": kind_of_problem, "title": title, "status": status.as_u16(), "code": code });
                (status, kind, body.to_string()).into_response()
            }
        }
    }
}
