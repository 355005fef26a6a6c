//! Sends events to the organization's webhook URL, and remembers how that went.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{Request, StatusCode, header},
};
use http_body_util::Full;
use jiff::Timestamp;
use serde::Serialize;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use url::Url;

use super::{
    event::Kind,
    session::time,
    signature::{Scheme, sign},
};
use crate::{
    Speed,
    plain_http::{PlainHttp, Silence},
};

/// From the event to the first attempt \[002\].
const DELAY: Duration = Duration::from_secs(5);
/// From the failed first attempt to each further one; \[001\] counts four, \[002\] three.
const FURTHER_ATTEMPTS: [Duration; 4] =
    [Duration::ZERO, Duration::from_mins(5), Duration::from_mins(15), Duration::from_hours(1)];
/// How long the receiver may take to answer \[002\].
const TIMEOUT: Duration = Duration::from_secs(10);
/// Speed does not make the receiver faster, so that its time is not shortened below this.
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(2);

/// Who receives the webhooks.
pub(super) struct Receiver {
    pub(super) url: Url,
    pub(super) secret: String,
    pub(super) scheme: Scheme,
}

/// All deliveries so far, and the way out for new ones.
pub(super) struct Deliveries {
    receiver: Option<Receiver>,
    speed: Speed,
    http: PlainHttp,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    deliveries: Vec<Delivery>,
    by_id: HashMap<String, usize>,
    /// One queue for each session, so that first attempts go out in the order of the events.
    queues: HashMap<String, mpsc::UnboundedSender<Due>>,
}

/// One event on its way to the receiver.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delivery {
    pub(super) id: String,
    event: Kind,
    pub(super) session: String,
    created_at: String,
    state: State,
    attempts: Vec<Attempt>,
    #[serde(skip)]
    pub(super) body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// More attempts may follow.
    Scheduled,
    /// The receiver answered with any 2xx \[001\].
    Delivered,
    /// The last attempt failed.
    GivenUp,
    /// There is no webhook URL.
    NotSent,
}

/// One request to the receiver, and how it ended.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

struct Due {
    id: String,
    at: Instant,
}

impl Deliveries {
    pub(super) fn new(receiver: Option<Receiver>, speed: Speed) -> Arc<Self> {
        let http = PlainHttp::new(speed.shorten(TIMEOUT).max(SHORTEST_TIMEOUT));
        Arc::new(Self { receiver, speed, http, log: Mutex::default() })
    }

    /// Sends an event of a session after the usual delay, never before an earlier event of that session.
    pub(super) fn send(self: &Arc<Self>, session: &str, id: String, event: Kind, body: Vec<u8>) {
        let state = if self.receiver.is_some() { State::Scheduled } else { State::NotSent };
        let (session, created_at) = (session.to_owned(), time(Timestamp::now()));
        let delivery = Delivery { id, event, session, created_at, state, attempts: Vec::new(), body };
        let mut log = self.log();
        if state == State::Scheduled {
            let at = Instant::now() + self.speed.shorten(DELAY);
            let due = Due { id: delivery.id.clone(), at };
            let queue = log.queues.entry(delivery.session.clone()).or_insert_with(|| self.new_queue());
            let _ = queue.send(due);
        }
        log.add(delivery);
    }

    /// Makes one more attempt at once, in addition to any that are planned; false for an unknown id.
    pub(super) fn resend(self: &Arc<Self>, id: &str) -> bool {
        let known = self.delivery(id).is_some();
        if known {
            let (deliveries, id) = (Arc::clone(self), id.to_owned());
            tokio::spawn(async move { deliveries.attempt(&id).await });
        }
        known
    }

    /// All deliveries, the oldest first.
    pub(super) fn all(&self) -> Vec<Delivery> {
        self.log().deliveries.clone()
    }

    pub(super) fn delivery(&self, id: &str) -> Option<Delivery> {
        let log = self.log();
        log.deliveries.get(*log.by_id.get(id)?).cloned()
    }

    fn new_queue(self: &Arc<Self>) -> mpsc::UnboundedSender<Due> {
        let (sender, mut queue) = mpsc::unbounded_channel::<Due>();
        let deliveries = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(due) = queue.recv().await {
                sleep_until(due.at).await;
                let Some(deliveries) = deliveries.upgrade() else { return };
                if !deliveries.attempt(&due.id).await {
                    tokio::spawn(async move { deliveries.attempt_again(&due.id).await });
                }
            }
        });
        sender
    }

    /// Makes the attempts that follow a failed first one, without holding up later events.
    async fn attempt_again(self: Arc<Self>, id: &str) {
        let failed_at = Instant::now();
        for delay in FURTHER_ATTEMPTS {
            sleep_until(failed_at + self.speed.shorten(delay)).await;
            if self.attempt(id).await {
                return;
            }
        }
        self.log().update(id, |delivery| delivery.state = State::GivenUp);
    }

    /// Makes one attempt, with a timestamp and signature of its own; true if it was accepted or is not needed.
    async fn attempt(&self, id: &str) -> bool {
        let (Some(receiver), Some(delivery)) = (&self.receiver, self.delivery(id)) else { return true };
        let now = Timestamp::now();
        let mut request = Request::post(receiver.url.as_str()).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in sign(receiver.scheme, &receiver.secret, now, &delivery.body) {
            request = request.header(name, value);
        }
        let request = request.body(Full::from(delivery.body)).expect("the URL was checked at the start");
        let attempt = Attempt::ended(now, self.http.send(request).await);
        let accepted = attempt.is_accepted();
        tracing::info!(event = ?delivery.event, status = attempt.status, error = attempt.error, "webhook {id}");
        self.log().update(id, |delivery| {
            delivery.attempts.push(attempt);
            if accepted {
                delivery.state = State::Delivered;
            }
        });
        accepted
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn add(&mut self, delivery: Delivery) {
        self.by_id.insert(delivery.id.clone(), self.deliveries.len());
        self.deliveries.push(delivery);
    }

    fn update(&mut self, id: &str, change: impl FnOnce(&mut Delivery)) {
        if let Some(index) = self.by_id.get(id) {
            change(&mut self.deliveries[*index]);
        }
    }
}

impl Attempt {
    fn ended(at: Timestamp, answer: Result<(StatusCode, Bytes), Silence>) -> Self {
        let error = answer.as_ref().err().map(|silence| silence.as_str());
        Self { at: time(at), status: answer.ok().map(|(status, _)| status.as_u16()), error }
    }

    fn is_accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}
