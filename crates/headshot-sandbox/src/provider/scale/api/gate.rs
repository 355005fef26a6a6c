use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

use crate::{
    gate::{Guarded, Rate},
    provider::scale::{account::Account, refusal::Refusal},
};

impl Guarded for Account {
    fn refuse(&self, request: &Request) -> Option<Response> {
        let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = sent.and_then(|value| value.strip_prefix("Bearer "));
        let refusal = || Refusal::new(StatusCode::UNAUTHORIZED, "Invalid or missing token").into_response();
        (key != Some(&self.config.api_key)).then(refusal)
    }

    fn trouble(&self, status: StatusCode) -> Response {
        Refusal::trouble(status).into_response()
    }

    /// No document speaks of a rate; the standard header does no harm.
    fn tell_rate(&self, rate: &Rate, headers: &mut HeaderMap) {
        if rate.exceeded {
            let seconds = rate.reset.duration_since(Timestamp::now()).as_secs().max(0) + 1;
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}
