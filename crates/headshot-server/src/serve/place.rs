//! One connection's place, which the stream, the requests and the routes tell what goes on.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::places::Places;

/// Before a client is given up, what has come already is read: it may be a delivery.
const LAST_CHANCE: Duration = Duration::from_millis(5);

/// What goes on on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// The client keeps the server waiting.
    Awaiting(Awaited),
    /// The client waits for a change.
    Waiting,
    /// The server works on the answer.
    Answering,
}

/// What a client keeps the server waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The first byte of a request.
    Request,
    /// The rest of a head.
    Head,
    /// The rest of a body.
    Body,
    /// More of a body that is on its way to the disk, however long it is.
    More,
    /// Room for more of the answer.
    Room,
}

/// What goes on, and since when.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub(super) doing: Doing,
    pub(super) since: Instant,
    pub(super) is_delivery: bool,
}

impl Now {
    /// Whether this takes a place that could be a delivery's.
    pub(super) fn is_busy(&self) -> bool {
        !self.is_delivery && matches!(self.doing, Doing::Awaiting(Awaited::Body | Awaited::More) | Doing::Answering)
    }
}

/// One connection's place.
pub(crate) struct Place {
    pub(super) number: u64,
    pub(super) connected_at: Instant,
    places: Arc<Places>,
    now: Mutex<Now>,
    held: AtomicUsize,
    is_given_up: AtomicBool,
    answer_now: CancellationToken,
    /// Since when what goes on has been so that is to be ended.
    close: watch::Sender<Option<Instant>>,
}

impl Place {
    /// The place of a client that has sent nothing yet.
    pub(super) fn new(number: u64, places: Arc<Places>) -> Arc<Self> {
        let connected_at = Instant::now();
        let now = Now { doing: Doing::Awaiting(Awaited::Request), since: connected_at, is_delivery: false };
        let place = Arc::new(Self {
            number,
            connected_at,
            places,
            now: Mutex::new(now),
            held: AtomicUsize::new(0),
            is_given_up: AtomicBool::new(false),
            answer_now: CancellationToken::new(),
            close: watch::Sender::new(None),
        });
        place.places.table().enter(&place, now);
        place
    }

    /// Notes that the client waits for a change until the answer is dropped.
    pub(crate) fn wait(self: &Arc<Self>) -> Waiting {
        self.change(|now| now.doing = Doing::Waiting);
        Waiting(Arc::clone(self))
    }

    /// Whether there is room for what is being answered here; deliveries always have room.
    pub(crate) fn has_room(&self) -> bool {
        self.now().is_delivery || self.places.have_room()
    }

    pub(super) fn bytes_came(self: &Arc<Self>) {
        self.goes_on(Doing::Awaiting(Awaited::Request), Doing::Awaiting(Awaited::Head));
    }

    pub(super) fn request_begins(self: &Arc<Self>, is_delivery: bool, has_body: bool) {
        let doing = if has_body { Doing::Awaiting(Awaited::Body) } else { Doing::Answering };
        self.change(|now| (now.doing, now.is_delivery) = (doing, is_delivery));
    }

    /// The body is not held but written to the disk as it comes: it may be large, and take as long as it goes on.
    pub(crate) fn passes_body_on(self: &Arc<Self>) {
        self.goes_on(Doing::Awaiting(Awaited::Body), Doing::Awaiting(Awaited::More));
        self.let_go();
    }

    pub(super) fn body_ended(self: &Arc<Self>) {
        self.goes_on(Doing::Awaiting(Awaited::Body), Doing::Answering);
        self.goes_on(Doing::Awaiting(Awaited::More), Doing::Answering);
        self.let_go();
    }

    pub(super) fn request_ended(self: &Arc<Self>) {
        self.change(|now| now.doing = Doing::Awaiting(Awaited::Request));
    }

    /// The client takes nothing of its answer; answers with what went on before.
    pub(super) fn stalls(self: &Arc<Self>) -> Doing {
        self.change(|now| now.doing = Doing::Awaiting(Awaited::Room))
    }

    pub(super) fn stalls_no_more(self: &Arc<Self>, before: Doing) {
        self.goes_on(Doing::Awaiting(Awaited::Room), before);
    }

    /// Counts bytes of an unfinished body; where all together are too many, the largest body is given up.
    pub(super) fn hold(self: &Arc<Self>, bytes: usize) {
        if self.now().doing == Doing::Awaiting(Awaited::More) {
            return self.renew();
        }
        self.held.fetch_add(bytes, Ordering::Relaxed);
        self.places.hold(bytes);
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    pub(super) fn let_go(&self) {
        self.places.let_go(self.held.swap(0, Ordering::Relaxed));
    }

    /// Whether this is the last request of the connection.
    pub(super) fn is_last_request(&self) -> bool {
        self.is_given_up.load(Ordering::SeqCst) || self.places.are_phased_out()
    }

    /// Ends when the place is needed, or the time is over, and the rest of the body did not come all the same.
    pub(super) fn body_is_given_up(&self) -> impl Future<Output = ()> + Send + 'static {
        let answer_now = self.answer_now.clone();
        async move {
            answer_now.cancelled().await;
            sleep(LAST_CHANCE).await;
        }
    }

    /// The place is needed, or the time is over: a request that can be answered is answered, all else is closed. What
    /// comes at the last moment is answered too, and is the last.
    pub(super) fn give_up(&self, doing: Doing, since: Instant) {
        self.is_given_up.store(true, Ordering::SeqCst);
        match doing {
            Doing::Awaiting(Awaited::Body | Awaited::More) | Doing::Waiting => self.answer_now.cancel(),
            _ => drop(self.close.send_replace(Some(since))),
        }
    }

    fn goes_on(self: &Arc<Self>, from: Doing, to: Doing) {
        self.change(|now| {
            if now.doing == from {
                now.doing = to;
            }
        });
    }

    /// What goes on has made progress.
    fn renew(self: &Arc<Self>) {
        let mut now = self.now();
        let before = *now;
        now.since = Instant::now();
        let mut table = self.places.table();
        table.leave(self.number, before);
        table.enter(self, *now);
    }

    fn change(self: &Arc<Self>, change: impl FnOnce(&mut Now)) -> Doing {
        let mut now = self.now();
        let before = *now;
        change(&mut now);
        if (now.doing, now.is_delivery) != (before.doing, before.is_delivery) {
            now.since = Instant::now();
            let mut table = self.places.table();
            table.leave(self.number, before);
            table.enter(self, *now);
        }
        before.doing
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to a place; dropped, the place is free.
pub(super) struct Admitted(pub(super) Arc<Place>);

impl Admitted {
    /// Ends when the connection is to be closed as it is: the place is needed, or the time is over.
    pub(super) async fn is_over(&self) {
        let mut close = self.0.close.subscribe();
        loop {
            let given_up = *close.borrow_and_update();
            if let Some(since) = given_up {
                sleep(LAST_CHANCE).await;
                if since == self.0.now().since {
                    return;
                }
            }
            // The sender lives in the place.
            let _ = close.changed().await;
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.0.let_go();
        let now = *self.0.now();
        self.0.places.free(self.0.number, now);
    }
}

/// A client that waits for a change.
pub(crate) struct Waiting(Arc<Place>);

impl Waiting {
    /// Ends when the place is needed, so that the client should be answered now.
    pub(crate) async fn is_over(&self) {
        self.0.answer_now.cancelled().await;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.goes_on(Doing::Waiting, Doing::Answering);
    }
}
