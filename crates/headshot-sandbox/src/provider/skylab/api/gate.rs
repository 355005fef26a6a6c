use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use crate::{
    gate::{Guarded, Rate},
    provider::skylab::{account::Account, refusal::Refusal},
};

impl Guarded for Account {
    fn refuse(&self, request: &Request) -> Option<Response> {
        if !self.allows(request) {
            return Some(Refusal::AddressNotAllowed.into_response());
        }
        let key = request.headers().get("x-slt-api-key").and_then(|value| value.to_str().ok());
        (key != Some(&self.config.api_key)).then(|| Refusal::WrongKey(self.config.wrong_key.status()).into_response())
    }

    fn trouble(&self, status: StatusCode) -> Response {
        match status {
            StatusCode::TOO_MANY_REQUESTS => Refusal::TooManyRequests.into_response(),
            status => Refusal::Trouble(status).into_response(),
        }
    }

    /// No header tells it.
    fn tell_rate(&self, _: &Rate, _: &mut HeaderMap) {}
}

impl Account {
    /// Whether the caller's address is one of those that may call, if there is such a list.
    fn allows(&self, request: &Request) -> bool {
        let allowed = &self.config.allowed_addresses;
        let caller = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        allowed.is_empty() || caller.is_some_and(|caller| allowed.contains(&caller))
    }
}
