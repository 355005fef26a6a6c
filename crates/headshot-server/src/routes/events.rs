use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use headshot_api::EventPage;
use tokio::time::{Instant, sleep_until};

use super::access;
use super::openapi::example;
use super::refusals::refusals;
use crate::app::App;
use crate::error::{Code, Error};
use crate::pace::LONGEST_WAIT;
use crate::store::Stretch;
use crate::view;

/// So many events are in a page unless the request says otherwise, and at most.
const USUAL_PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

refusals!(Refusals: CredentialsMissing, ApiKeyRefused, TooManyRequests, CursorInvalid, EventsRemoved, ServerBusy, StoreUnavailable);

/// Read the stream of events
///
/// The same stream that is pushed to the addresses of `HEADSHOT_EVENTS_URL`, for a host application that would rather
/// pull: go on with `after` set to the `next` of the last page, and nothing is missed. Where events after `after` are no
/// longer kept, the answer is 410, and `detail` says where to go on.
#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "events",
    security(("host_key" = [])),
    params(
        (
            "after" = Option<u64>,
            Query,
            description = "The cursor: only events with a greater `seq`. Without it, from the oldest that is kept.",
        ),
        ("limit" = Option<u64>, Query, description = "The most events of a page: 100 without it, 1000 at most."),
        (
            "wait" = Option<u64>,
            Query,
            description = "For how many seconds to wait for an event before the page is empty: 0 without it, 25 at most.",
        ),
    ),
    responses(
        (
            status = 200,
            description = "A page of events, the oldest first.",
            body = EventPage,
            example = json!(example(include_str!("examples/events.json"))),
        ),
        Refusals,
    ),
)]
pub(super) async fn read_events(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    access::host_application(&app, &headers)?;
    let asked = Asked::read(query.as_deref().unwrap_or_default())?;
    let mut news = app.store.signals().follow_events();
    let deadline = Instant::now() + asked.wait;
    let (events, next) = loop {
        let Stretch { events, removed_up_to, newest } = app.store.events_after(asked.after, asked.limit).await?;
        if (1..removed_up_to).contains(&asked.after) {
            let detail = format!("go on with `after={removed_up_to}`, and read the sessions that you know once more");
            return Err(Error::from(Code::EventsRemoved).detail(detail));
        }
        if asked.after > newest {
            let detail = format!("`after` is beyond the newest event, {newest}: it belongs to another database");
            return Err(Error::from(Code::CursorInvalid).detail(detail));
        }
        if let Some(last) = events.last() {
            let next = last.seq;
            break (events, next);
        }
        tokio::select! {
            _ = news.changed() => {}
            () = sleep_until(deadline) => break (events, asked.after),
            () = app.stopped() => break (events, asked.after),
        }
    };
    let events = events.iter().map(|event| view::event(&app, event)).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(EventPage { events, next })).into_response())
}

/// What the query asks for.
struct Asked {
    after: u64,
    limit: usize,
    wait: Duration,
}

impl Asked {
    fn read(query: &str) -> Result<Self, Error> {
        let mut asked = Self { after: 0, limit: USUAL_PAGE, wait: Duration::ZERO };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let number = || u64::try_from(value.parse::<i64>().unwrap_or(-1)).map_err(|_| not_a_number(&name));
            match name.as_ref() {
                "after" => asked.after = number()?,
                "limit" => asked.limit = usize::try_from(number()?).unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE),
                "wait" => asked.wait = Duration::from_secs(number()?).min(LONGEST_WAIT),
                _ => return Err(Error::from(Code::CursorInvalid).detail(format!("`{name}` is no parameter"))),
            }
        }
        Ok(asked)
    }
}

fn not_a_number(name: &str) -> Error {
    Error::from(Code::CursorInvalid).detail(format!("`{name}` is not a whole number"))
}
