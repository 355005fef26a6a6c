use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

use crate::{
    Speed,
    provider::headshotpro::{organization::Organization, refusal::Refusal, session::time},
};

/// Lets a request through if there were not too many and it shows the key; every answer tells the rate \[h-limits\].
pub(super) async fn pass(State(organization): State<Arc<Organization>>, request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "unknown".into(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let rate = organization.rate_limit.count(Timestamp::now());
    let mut response = match admit(&organization, &rate, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    rate.describe(response.headers_mut());
    tracing::info!(status = response.status().as_u16(), "{method} {route}");
    response
}

fn admit(organization: &Organization, rate: &Rate, headers: &HeaderMap) -> Result<(), Refusal> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = sent.and_then(|value| value.strip_prefix("Bearer "));
    match key {
        _ if rate.exceeded => Err(Refusal::RateLimitExceeded),
        Some(key) if key == organization.api_key => Ok(()),
        _ => Err(Refusal::Unauthorized),
    }
}

/// Counts requests in windows of a minute.
pub(in crate::provider::headshotpro) struct RateLimit {
    limit: u32,
    window: Duration,
    current: Mutex<Window>,
}

struct Window {
    ends_at: Timestamp,
    count: u32,
}

impl RateLimit {
    pub(in crate::provider::headshotpro) fn new(per_minute: u32, speed: Speed) -> Self {
        let current = Mutex::new(Window { ends_at: Timestamp::MIN, count: 0 });
        Self { limit: per_minute, window: speed.shorten(Duration::from_mins(1)), current }
    }

    fn count(&self, now: Timestamp) -> Rate {
        let mut window = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= window.ends_at {
            *window = Window { ends_at: now + self.window, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        Rate {
            limit: self.limit,
            remaining: self.limit.saturating_sub(window.count),
            reset: window.ends_at,
            exceeded: window.count > self.limit,
        }
    }
}

/// What the rate limit says about one request.
#[derive(Debug, PartialEq, Eq)]
struct Rate {
    limit: u32,
    remaining: u32,
    reset: Timestamp,
    exceeded: bool,
}

impl Rate {
    fn describe(&self, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", self.limit.into());
        headers.insert("x-ratelimit-remaining", self.remaining.into());
        // An ISO 8601 text, not seconds \[h-limits\].
        if let Ok(reset) = HeaderValue::from_str(&time(self.reset)) {
            headers.insert("x-ratelimit-reset", reset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_anew_in_every_window() {
        let limit = RateLimit::new(2, Speed::REAL);
        let start: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let seen = [0, 1, 59, 60].map(|second| limit.count(start + Duration::from_secs(second)));
        assert_eq!(
            seen.each_ref().map(|rate| (rate.remaining, rate.exceeded)),
            [(1, false), (0, false), (0, true), (1, false)]
        );
        assert_eq!(seen[2].reset, start + Duration::from_mins(1));
    }
}
