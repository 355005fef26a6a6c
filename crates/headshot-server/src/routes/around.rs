//! What happens around every route: one log line, a limit in time, and an answer even after a panic.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::error::{Cause, Code, Error};
use crate::{pace, random};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request and logs how it ended. The route's pattern is logged, not the path: a path's query can be a link's
/// signature.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = random::hex::<8>();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let session = route.as_deref().and_then(|route| session_in(route, request.uri()));
    let span = tracing::info_span!("request", id, %method, route, session);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| report(&response, began));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn session_in(route: &str, uri: &Uri) -> Option<String> {
    route.starts_with("/v1/sessions/{id}").then(|| uri.path().split('/').nth(3).unwrap_or_default().to_owned())
}

fn report(response: &Response, began: Instant) {
    let (status, millis) = (response.status().as_u16(), began.elapsed().as_millis());
    match response.extensions().get::<Cause>() {
        Some(Cause(cause)) if status >= 500 => tracing::error!(status, millis, cause, "answered"),
        Some(Cause(cause)) => tracing::warn!(status, millis, cause, "answered"),
        None => tracing::info!(status, millis, "answered"),
    }
}

/// A body that trickles in must not hold a connection for ever.
pub(super) async fn time_limit(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(pace::LONGEST_REQUEST, next.run(request)).await;
    answer.unwrap_or_else(|_| Error::from(Code::RequestTimeout).into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(super) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::from(Code::InternalError).cause(format!("panic: {}", words.unwrap_or("no words"))).into_response()
}
