use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::Method;
use jiff::Timestamp;
use serde::Serialize;
use tokio::{sync::mpsc, time::Instant};
use url::Url;

use super::{Attempt, Outgoing};
use crate::time::text;

/// All deliveries, and one queue for each session, so that first attempts go out in the order of the events.
#[derive(Default)]
pub(super) struct Log {
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    deliveries: Vec<Delivery>,
    by_id: HashMap<String, usize>,
    /// How many events each session has had.
    events: HashMap<String, usize>,
    queues: HashMap<String, mpsc::UnboundedSender<Due>>,
}

/// One event on its way to a receiver.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) session: String,
    pub(super) event: &'static str,
    #[serde(serialize_with = "as_word")]
    pub(super) method: Method,
    pub(crate) url: Option<Url>,
    created_at: String,
    pub(super) state: State,
    attempts: Vec<Attempt>,
    /// How many events of the session came before.
    #[serde(skip)]
    pub(super) number: usize,
    #[serde(skip)]
    pub(super) content_type: &'static str,
    #[serde(skip)]
    pub(super) is_signed: bool,
    #[serde(skip)]
    pub(crate) body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// More attempts may follow.
    Scheduled,
    /// The receiver answered with success.
    Delivered,
    /// The last attempt failed.
    GivenUp,
    /// Lost on purpose.
    Dropped,
    /// There is no receiver.
    NotSent,
}

/// A delivery whose turn comes.
pub(super) struct Due {
    pub(super) id: String,
    pub(super) at: Instant,
}

impl Delivery {
    pub(super) fn new(outgoing: Outgoing) -> Self {
        Self {
            id: outgoing.id,
            session: outgoing.session,
            event: outgoing.event,
            method: outgoing.method,
            created_at: text(Timestamp::now()),
            state: if outgoing.url.is_some() { State::Scheduled } else { State::NotSent },
            url: outgoing.url,
            attempts: Vec::new(),
            number: 0,
            content_type: outgoing.content_type,
            is_signed: outgoing.is_signed,
            body: outgoing.body,
        }
    }

    pub(super) fn is_scheduled(&self) -> bool {
        self.state == State::Scheduled
    }

    /// When the first attempt was made.
    pub(super) fn first_at(&self) -> Option<Timestamp> {
        self.attempts.first().map(|attempt| attempt.at)
    }

    pub(super) fn ended(&mut self, attempt: Attempt, accepted: bool) {
        self.attempts.push(attempt);
        if accepted {
            self.state = State::Delivered;
        }
    }

    /// An attempt of another's asking may have been accepted meanwhile.
    pub(super) fn give_up(&mut self) {
        if self.is_scheduled() {
            self.state = State::GivenUp;
        }
    }
}

impl Log {
    /// All deliveries, the oldest first.
    pub(super) fn all(&self) -> Vec<Delivery> {
        self.book().deliveries.clone()
    }

    pub(super) fn delivery(&self, id: &str) -> Option<Delivery> {
        let book = self.book();
        book.deliveries.get(*book.by_id.get(id)?).cloned()
    }

    /// Puts a delivery at the end of its session's queue.
    pub(super) fn line_up(&self, session: &str, due: Due, new_queue: impl FnOnce() -> mpsc::UnboundedSender<Due>) {
        let mut book = self.book();
        let queue = book.queues.entry(session.to_owned()).or_insert_with(new_queue);
        let _ = queue.send(due);
    }

    pub(super) fn add(&self, mut delivery: Delivery) {
        let mut book = self.book();
        let index = book.deliveries.len();
        let events = book.events.entry(delivery.session.clone()).or_default();
        delivery.number = *events;
        *events += 1;
        book.by_id.insert(delivery.id.clone(), index);
        book.deliveries.push(delivery);
    }

    pub(super) fn update(&self, id: &str, change: impl FnOnce(&mut Delivery)) {
        let mut book = self.book();
        if let Some(index) = book.by_id.get(id).copied() {
            change(&mut book.deliveries[index]);
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn as_word<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}
