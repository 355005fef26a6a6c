//! What happens around every route: one log line, a limit in time, and an answer even after a panic.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::access;
use crate::app::App;
use crate::error::{Cause, Code, Error, ProblemCode};
use crate::provider::Provider;
use crate::random;
use crate::serve::Place;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request and logs how it ended. The route's pattern is logged, not the path: a path's query can be a link's
/// signature.
pub(super) async fn log(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = random::hex::<8>();
    let method = request.method().clone();
    let reads = method.is_safe();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let session = route.as_deref().and_then(|route| session_in(route, request.uri()));
    let span = tracing::info_span!("request", id, %method, route, session, host = tracing::field::Empty);
    let kind = route.clone().unwrap_or_else(|| "elsewhere".to_owned());
    let provider = if reads { None } else { provider_in(&app, request.uri()) };
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| report(&response, reads, began, is_told(&app, &response, &kind)));
    if let Some(provider) = provider {
        let (trust, code) = (response.extensions().get().copied(), response.extensions().get());
        app.metrics.count_delivery(provider.name(), trust, code.map(|ProblemCode(code)| *code));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn provider_in(app: &App, uri: &Uri) -> Option<Arc<dyn Provider>> {
    uri.path().strip_prefix("/v1/webhooks/").and_then(|name| app.provider(name))
}

fn session_in(route: &str, uri: &Uri) -> Option<String> {
    route.starts_with("/v1/sessions/{id}").then(|| uri.path().split('/').nth(3).unwrap_or_default().to_owned())
}

/// Of refusals with one code on one route only the first is told in full for a while.
fn is_told(app: &App, response: &Response, kind: &str) -> bool {
    let code = response.extensions().get::<ProblemCode>();
    code.is_none_or(|ProblemCode(code)| app.bursts.begins(format!("{kind} {code}")))
}

fn report(response: &Response, reads: bool, began: Instant, is_told: bool) {
    let (status, millis) = (response.status().as_u16(), began.elapsed().as_millis());
    match response.extensions().get::<Cause>() {
        cause if !is_told => tracing::debug!(status, millis, cause = cause.map(|Cause(cause)| cause), "answered"),
        Some(Cause(cause)) if status >= 500 => tracing::error!(status, millis, cause, "answered"),
        Some(Cause(cause)) => tracing::warn!(status, millis, cause, "answered"),
        // Every waiting widget reads its session again and again.
        None if reads && status < 400 => tracing::debug!(status, millis, "answered"),
        None => tracing::info!(status, millis, "answered"),
    }
}

/// Places that are kept for deliveries are nobody else's, however much there is to do.
pub(super) async fn keep_places(request: Request, next: Next) -> Response {
    let has_room = request.extensions().get::<Arc<Place>>().is_none_or(|place| place.has_room());
    if has_room {
        next.run(request).await
    } else {
        Error::from(Code::ServerBusy).header(RETRY_AFTER, 1).into_response()
    }
}

/// What asks about sessions is held to the rate of the host application whose key it has, or else of its address.
/// Deliveries are not: what they are is known only when they are verified.
pub(super) async fn hold_to_rate(
    State(app): State<Arc<App>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    request: Request,
    next: Next,
) -> Response {
    if !["/v1/sessions", "/v1/events"].iter().any(|path| request.uri().path().starts_with(path)) {
        return next.run(request).await;
    }
    let held = match access::holder(&app, request.headers()) {
        Some(host) => app.rates.ask_as_host(&host),
        None => app.rates.ask_from(app.rates.address(peer, request.headers())),
    };
    match held {
        Ok(()) => next.run(request).await,
        Err(too_many) => Error::from(too_many).into_response(),
    }
}

/// No request is worked on for ever.
pub(super) async fn time_limit(longest: Duration, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(longest, next.run(request)).await;
    answer.unwrap_or_else(|_| Error::from(Code::RequestTimeout).into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(super) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::from(Code::InternalError).cause(format!("panic: {}", words.unwrap_or("no words"))).into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn answer(router: Router) -> Response {
        router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_its_words_stay_in_the_log() {
        let panics = get(async || -> StatusCode { panic!("the words") });
        let router = Router::new().route("/", panics).layer(CatchPanicLayer::custom(after_panic));
        let response = answer(router).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.extensions().get::<Cause>().unwrap().0, "panic: the words");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("the words"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_is_answered() {
        let slow = get(async || tokio::time::sleep(Duration::from_hours(1)).await);
        let response = answer(
            Router::new()
                .route("/", slow)
                .layer(from_fn(|request, next| time_limit(Duration::from_secs(40), request, next))),
        )
        .await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
