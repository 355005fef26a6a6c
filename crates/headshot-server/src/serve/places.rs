//! The table of all connections: who may stay, and who gives its place to a newcomer.
//!
//! Nobody can tell a delivery from anything else before its head is there, so newcomers are always let in, and whoever
//! can be spared goes for them: first whoever has kept the server waiting for longest, then a browser that waits for a
//! change, which can be answered at any time. A request that is being answered is never given up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::limits::Limits;

/// A client that kept the server waiting for less is spared before a browser that waits for a change.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest that a head may take from its first byte, and a body from the end of its head.
const LONGEST_ARRIVAL: Duration = Duration::from_secs(10);

/// The longest that a client may take nothing of its answer.
const LONGEST_STALL: Duration = Duration::from_secs(30);

/// So many bytes of unfinished bodies are held; beyond them the largest is given up.
const MOST_HELD: usize = 32 * 1024 * 1024;

/// How often the table is searched for who is out of time.
const SWEEP: Duration = Duration::from_millis(500);

/// What a client keeps the server waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The first byte of a request.
    Request,
    /// The rest of a head.
    Head,
    /// The rest of a body.
    Body,
    /// Room for more of the answer.
    Room,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Awaiting(Awaited),
    /// The client waits for a change.
    Waiting,
    Answering,
}

/// Every open connection.
pub(super) struct Places {
    limits: Limits,
    table: Mutex<Table>,
    /// Bytes of unfinished bodies.
    held: AtomicUsize,
    freed: Notify,
    newcomers: AtomicU64,
}

/// Sorted by how long it has been so; the number tells two of the same moment apart.
type Since = (Instant, u64);

#[derive(Default)]
struct Table {
    open: usize,
    /// Requests under way that are no deliveries, without browsers that wait.
    busy: usize,
    awaiting: BTreeMap<Since, (Awaited, Arc<Place>)>,
    waiting: BTreeMap<Since, Arc<Place>>,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        let (table, held) = <(Mutex<Table>, AtomicUsize)>::default();
        Arc::new(Self { limits, table, held, freed: Notify::new(), newcomers: AtomicU64::new(0) })
    }

    /// A place for a newcomer, as soon as there is one; near the limit somebody else is given up for it.
    pub(super) async fn admit(self: &Arc<Self>) -> Admitted {
        if self.table().open >= self.limits.most - self.limits.kept_free {
            self.spare_one();
        }
        while self.table().open >= self.limits.most {
            // Whoever was told to go needs a moment; when nobody could be spared, perhaps now somebody can.
            if timeout(Duration::from_millis(50), self.freed.notified()).await.is_err() {
                self.spare_one();
            }
        }
        self.table().open += 1;
        let place = Arc::new(Place::new(Arc::clone(self)));
        place.awaits(Awaited::Request);
        Admitted(place)
    }

    /// Gives up one connection, so that its descriptor is free; says whether there was one.
    pub(super) fn spare_one(&self) -> bool {
        self.table().spare_one(Instant::now())
    }

    /// Closes, again and again, what is out of time.
    pub(super) async fn sweep(&self) {
        loop {
            sleep(SWEEP).await;
            self.table().close_overdue(Instant::now(), self.limits.idle);
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn spare_one(&mut self, now: Instant) -> bool {
        let is_slow = self.awaiting.first_key_value().is_some_and(|((since, _), _)| now - *since >= PATIENCE);
        if !is_slow && let Some((_, place)) = self.waiting.pop_first() {
            place.answer_now.cancel();
            return true;
        }
        let slowest = self.awaiting.pop_first();
        slowest.as_ref().inspect(|(_, (awaited, place))| place.give_up(*awaited)).is_some()
    }

    fn close_overdue(&mut self, now: Instant, longest_idle: Duration) {
        let overdue = |since: Instant, awaited: Awaited| {
            let longest = match awaited {
                Awaited::Request => longest_idle,
                Awaited::Head | Awaited::Body => LONGEST_ARRIVAL,
                Awaited::Room => LONGEST_STALL,
            };
            now - since >= longest
        };
        self.awaiting.retain(|(since, _), (awaited, place)| {
            let stays = !overdue(*since, *awaited);
            if !stays {
                place.give_up(*awaited);
            }
            stays
        });
    }

    fn give_up_largest_body(&mut self) {
        let bodies = self.awaiting.iter().filter(|(_, (awaited, _))| *awaited == Awaited::Body);
        let largest = bodies.max_by_key(|(_, (_, place))| place.held.load(Ordering::Relaxed)).map(|(since, _)| *since);
        if let Some((awaited, place)) = largest.and_then(|since| self.awaiting.remove(&since)) {
            place.let_go();
            place.give_up(awaited);
        }
    }

    fn insert(&mut self, place: &Arc<Place>, doing: Doing, since: Since) {
        match doing {
            Doing::Awaiting(awaited) => drop(self.awaiting.insert(since, (awaited, Arc::clone(place)))),
            Doing::Waiting => drop(self.waiting.insert(since, Arc::clone(place))),
            Doing::Answering => {}
        }
        self.busy += usize::from(place.is_busy(doing));
    }

    fn remove(&mut self, place: &Place, doing: Doing, since: Since) {
        match doing {
            Doing::Awaiting(_) => drop(self.awaiting.remove(&since)),
            Doing::Waiting => drop(self.waiting.remove(&since)),
            Doing::Answering => {}
        }
        self.busy -= usize::from(place.is_busy(doing));
    }
}

/// One connection's place. What goes on there is told by the stream, the requests and the routes.
pub(crate) struct Place {
    number: u64,
    places: Arc<Places>,
    doing: Mutex<Option<(Doing, Instant)>>,
    stage: AtomicU8,
    is_delivery: AtomicBool,
    held: AtomicUsize,
    answer_now: CancellationToken,
    close: CancellationToken,
}

const BETWEEN_REQUESTS: u8 = 0;
const HEAD_BEGUN: u8 = 1;
const IN_REQUEST: u8 = 2;

impl Place {
    fn new(places: Arc<Places>) -> Self {
        let number = places.newcomers.fetch_add(1, Ordering::Relaxed);
        Self {
            number,
            places,
            doing: Mutex::default(),
            stage: AtomicU8::new(BETWEEN_REQUESTS),
            is_delivery: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            answer_now: CancellationToken::new(),
            close: CancellationToken::new(),
        }
    }

    /// Notes that the client waits for a change until the answer is dropped.
    pub(crate) fn wait(self: &Arc<Self>) -> Waiting {
        self.becomes(Some(Doing::Waiting));
        Waiting(Arc::clone(self))
    }

    /// Whether there is room for what is being answered here; deliveries always have room.
    pub(crate) fn has_room(&self) -> bool {
        self.is_delivery() || self.places.table().busy <= self.places.limits.most - self.places.limits.kept_free
    }

    pub(super) fn bytes_came(&self) {
        let _ = self.stage.compare_exchange(BETWEEN_REQUESTS, HEAD_BEGUN, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub(super) fn no_bytes_came(self: &Arc<Self>) {
        if self.stage.load(Ordering::SeqCst) == HEAD_BEGUN {
            self.awaits(Awaited::Head);
        }
    }

    /// The client took something of its answer again.
    pub(super) fn goes_on(self: &Arc<Self>) {
        match self.stage.load(Ordering::SeqCst) {
            BETWEEN_REQUESTS => self.awaits(Awaited::Request),
            HEAD_BEGUN => self.awaits(Awaited::Head),
            _ => self.is_being_answered(),
        }
    }

    pub(super) fn awaits(self: &Arc<Self>, awaited: Awaited) {
        self.becomes(Some(Doing::Awaiting(awaited)));
    }

    pub(super) fn request_begins(self: &Arc<Self>, is_delivery: bool, has_body: bool) {
        self.stage.store(IN_REQUEST, Ordering::SeqCst);
        self.becomes(None);
        self.is_delivery.store(is_delivery, Ordering::SeqCst);
        self.becomes(Some(if has_body { Doing::Awaiting(Awaited::Body) } else { Doing::Answering }));
    }

    pub(super) fn is_being_answered(self: &Arc<Self>) {
        self.becomes(Some(Doing::Answering));
    }

    pub(super) fn request_ended(self: &Arc<Self>) {
        self.stage.store(BETWEEN_REQUESTS, Ordering::SeqCst);
        self.awaits(Awaited::Request);
    }

    /// Counts bytes of an unfinished body; where all together are too many, the largest body is given up.
    pub(super) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
        if self.places.held.fetch_add(bytes, Ordering::Relaxed) + bytes > MOST_HELD {
            self.places.table().give_up_largest_body();
        }
    }

    pub(super) fn let_go(&self) {
        self.places.held.fetch_sub(self.held.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Ends when the place is needed and the request can be answered, or refused, at once.
    pub(super) fn answer_now(&self) -> &CancellationToken {
        &self.answer_now
    }

    fn is_busy(&self, doing: Doing) -> bool {
        !self.is_delivery() && matches!(doing, Doing::Awaiting(Awaited::Body) | Doing::Answering)
    }

    fn is_delivery(&self) -> bool {
        self.is_delivery.load(Ordering::SeqCst)
    }

    fn give_up(&self, awaited: Awaited) {
        match awaited {
            Awaited::Body => self.answer_now.cancel(),
            Awaited::Request | Awaited::Head | Awaited::Room => self.close.cancel(),
        }
    }

    fn becomes(self: &Arc<Self>, next: Option<Doing>) {
        let mut doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        if doing.map(|(doing, _)| doing) == next {
            return;
        }
        let mut table = self.places.table();
        if let Some((before, since)) = doing.take() {
            table.remove(self, before, (since, self.number));
        }
        if let Some(next) = next {
            let now = Instant::now();
            table.insert(self, next, (now, self.number));
            *doing = Some((next, now));
        }
    }
}

/// The right to a place; dropped, the place is free.
pub(super) struct Admitted(pub(super) Arc<Place>);

impl Admitted {
    /// Ends when the connection is to be closed as it is.
    pub(super) async fn given_up(&self) {
        self.0.close.cancelled().await;
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.0.becomes(None);
        self.0.let_go();
        self.0.places.table().open -= 1;
        self.0.places.freed.notify_one();
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
        self.0.is_being_answered();
    }
}
