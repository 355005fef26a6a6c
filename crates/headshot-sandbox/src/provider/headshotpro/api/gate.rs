use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    gate::{Guarded, Rate},
    provider::headshotpro::{organization::Organization, refusal::Refusal},
    time::text,
};

impl Guarded for Organization {
    fn refuse(&self, request: &Request) -> Option<Response> {
        let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = sent.and_then(|value| value.strip_prefix("Bearer "));
        (key != Some(&self.api_key)).then(|| Refusal::Unauthorized.into_response())
    }

    fn trouble(&self, status: StatusCode) -> Response {
        let refusal = match status {
            StatusCode::BAD_REQUEST => Refusal::InvalidRequest("Bad request"),
            StatusCode::UNAUTHORIZED => Refusal::Unauthorized,
            StatusCode::PAYMENT_REQUIRED => Refusal::InsufficientCredits,
            StatusCode::FORBIDDEN => Refusal::Forbidden("Forbidden"),
            StatusCode::NOT_FOUND => Refusal::NotFound("Not found"),
            StatusCode::TOO_MANY_REQUESTS => Refusal::RateLimitExceeded,
            status => Refusal::Trouble(status),
        };
        refusal.into_response()
    }

    /// Every answer tells the rate; the reset is an ISO 8601 text, not seconds \[h-limits\].
    fn tell_rate(&self, rate: &Rate, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", rate.limit.into());
        headers.insert("x-ratelimit-remaining", rate.remaining.into());
        if let Ok(reset) = HeaderValue::from_str(&text(rate.reset)) {
            headers.insert("x-ratelimit-reset", reset);
        }
    }
}
