//! The gate before a provider's API: rate, key, and answers that are wrong on purpose.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{MatchedPath, OriginalUri, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::Response,
};
use jiff::Timestamp;
use tokio::time::sleep;

use crate::{
    Fault, Speed,
    faults::Subject,
    stand_in::{Backstage, StandIn},
};

/// How much later a slow answer comes, at real speed.
const SLOWER_BY: Duration = Duration::from_secs(20);

/// What a provider does at the gate of its API.
pub(crate) trait Guarded: StandIn {
    /// The answer to who may not come in, in the provider's own form.
    fn refuse(&self, request: &Request) -> Option<Response>;

    /// An answer of that status in the provider's own form.
    fn trouble(&self, status: StatusCode) -> Response;

    /// Tells the rate in the headers of an answer.
    fn tell_rate(&self, rate: &Rate, headers: &mut HeaderMap);
}

/// Lets a request through if nothing is wrong with it, and nothing is meant to go wrong.
pub(crate) async fn pass<P: Guarded>(State(provider): State<Arc<P>>, request: Request, next: Next) -> Response {
    let call = Call::of(&request);
    let mut rate = provider.backstage().rate_limit.count(Timestamp::now());
    let mut response = answer(&*provider, &call, &mut rate, request, next).await;
    provider.tell_rate(&rate, response.headers_mut());
    tracing::info!(status = response.status().as_u16(), "{}", call.route);
    response
}

async fn answer<P: Guarded>(provider: &P, call: &Call, rate: &mut Rate, request: Request, next: Next) -> Response {
    let backstage = provider.backstage();
    if rate.exceeded || strikes(backstage, Fault::Ratelimit, call).is_some() {
        *rate = Rate { remaining: 0, exceeded: true, ..*rate };
        return provider.trouble(StatusCode::TOO_MANY_REQUESTS);
    }
    if let Some(refusal) = provider.refuse(&request) {
        return refusal;
    }
    with_luck(backstage, call, request, next, |status| provider.trouble(status)).await
}

/// Lets everybody through, as photos behind links do, unless something is meant to go wrong.
pub(crate) async fn luck<P: Guarded>(State(provider): State<Arc<P>>, request: Request, next: Next) -> Response {
    let call = Call::of(&request);
    with_luck(provider.backstage(), &call, request, next, |status| provider.trouble(status)).await
}

/// Carries a call out, unless another answer was ordered or a fault strikes it.
pub(crate) async fn with_luck(
    backstage: &Backstage,
    call: &Call,
    request: Request,
    next: Next,
    trouble: impl Fn(StatusCode) -> Response,
) -> Response {
    if let Some(status) = backstage.answers.next(&call.path) {
        return trouble(status);
    }
    if strikes(backstage, Fault::Slow, call).is_some() {
        sleep(backstage.speed.shorten(SLOWER_BY)).await;
    }
    let failure = strikes(backstage, Fault::Error500, call);
    if failure.is_some_and(|how| how < 0.5) {
        return trouble(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let response = next.run(request).await;
    // The caller cannot tell whether a failed call was carried out: here it was.
    if failure.is_some() { trouble(StatusCode::INTERNAL_SERVER_ERROR) } else { response }
}

fn strikes(backstage: &Backstage, fault: Fault, call: &Call) -> Option<f64> {
    backstage.dealer.deal(fault, backstage.provider, Subject::Call(&call.route))
}

/// A call of the API, or of a file behind a link.
pub(crate) struct Call {
    /// Method and route, without ids.
    route: String,
    path: String,
}

impl Call {
    pub(crate) fn of(request: &Request) -> Self {
        let matched = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str);
        Self { route: format!("{} {matched}", request.method()), path: full_path(request) }
    }
}

/// The path as it was asked for: nested routers see only a part of it.
fn full_path(request: &Request) -> String {
    let original = request.extensions().get::<OriginalUri>();
    original.map_or(request.uri(), |uri| &uri.0).path().to_owned()
}

/// Counts requests in windows of time.
pub(crate) struct RateLimit {
    limit: u32,
    window: Duration,
    current: Mutex<Window>,
}

struct Window {
    ends_at: Timestamp,
    count: u32,
    /// Requests in all windows so far that were too many.
    refused: u32,
}

impl RateLimit {
    pub(crate) fn per_minute(limit: u32, speed: Speed) -> Self {
        Self::new(limit, speed.shorten(Duration::from_mins(1)))
    }

    pub(crate) fn new(limit: u32, window: Duration) -> Self {
        let current = Mutex::new(Window { ends_at: Timestamp::MIN, count: 0, refused: 0 });
        Self { limit, window, current }
    }

    /// Counts a request, and says whether it is one too many.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.count(Timestamp::now()).exceeded
    }

    fn count(&self, now: Timestamp) -> Rate {
        let mut window = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= window.ends_at {
            *window = Window { ends_at: now + self.window, count: 0, ..*window };
        }
        window.count = window.count.saturating_add(1);
        let exceeded = window.count > self.limit;
        window.refused += u32::from(exceeded);
        let remaining = self.limit.saturating_sub(window.count);
        Rate { limit: self.limit, remaining, reset: window.ends_at, exceeded }
    }

    /// How many requests so far were too many; those that a fault refused do not count.
    pub(crate) fn refused(&self) -> u32 {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).refused
    }
}

/// What the rate limit says about one request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset: Timestamp,
    pub(crate) exceeded: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_anew_in_every_window() {
        let limit = RateLimit::per_minute(2, Speed::REAL);
        let start: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let seen = [0, 1, 59, 60].map(|second| limit.count(start + Duration::from_secs(second)));
        assert_eq!(
            seen.each_ref().map(|rate| (rate.remaining, rate.exceeded)),
            [(1, false), (0, false), (0, true), (1, false)]
        );
        assert_eq!(seen[2].reset, start + Duration::from_mins(1));
    }
}
