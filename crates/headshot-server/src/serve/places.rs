//! The table of all connections: who may stay, and who gives its place to a newcomer.
//!
//! Nobody can tell a delivery from anything else before its head is there, so newcomers are always let in, and whoever
//! can be spared goes for them: first whoever has kept the server waiting for longest, then a browser that waits for a
//! change, which can be answered at any time. A request that is being answered is never given up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::limits::Limits;
use super::place::{Admitted, Awaited, Doing, Now, Place};

/// A browser that waits for a change goes before a client that has kept the server waiting for less.
const PATIENCE: Duration = Duration::from_secs(2);

/// Nobody is given up sooner after connecting, because a client that has just connected is about to send.
const TENURE: Duration = Duration::from_millis(100);

/// So long after connecting a client may send its first request to a server that ends, on whatever machine it is.
const FIRST_REQUEST: Duration = Duration::from_secs(2);

/// Among so many that keep the server waiting, one that is no newcomer is looked for.
const LOOKED_AT: usize = 64;

/// The longest that a head may take from its first byte, and a body from the end of its head.
const LONGEST_ARRIVAL: Duration = Duration::from_secs(10);

/// The longest that a client may take nothing of its answer, or send nothing of a photo.
const LONGEST_STALL: Duration = Duration::from_secs(30);

/// So many bytes of unfinished bodies are held; beyond them the largest is given up.
const MOST_HELD: usize = 32 * 1024 * 1024;

/// How often the table is searched for who is out of time.
const SWEEP: Duration = Duration::from_millis(500);

/// Where nobody could be spared for a newcomer, perhaps somebody can be after so long.
const ANOTHER_LOOK: Duration = Duration::from_millis(50);

/// Every open connection.
pub(crate) struct Places {
    limits: Limits,
    table: Mutex<Table>,
    /// Bytes of unfinished bodies.
    held: AtomicUsize,
    freed: Notify,
    newcomers: AtomicU64,
    given_up: GivenUp,
    is_phased_out: AtomicBool,
}

/// How many connections were given up, and why.
#[derive(Clone, Default)]
struct GivenUp {
    for_another: Counter,
    as_too_slow: Counter,
}

impl Places {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        let (table, held, newcomers) = <(Mutex<Table>, AtomicUsize, AtomicU64)>::default();
        let (given_up, is_phased_out) = <(GivenUp, AtomicBool)>::default();
        Arc::new(Self { limits, table, held, freed: Notify::new(), newcomers, given_up, is_phased_out })
    }

    /// From now on every answer is the last of its connection.
    pub(super) fn phase_out(&self) {
        self.is_phased_out.store(true, Ordering::SeqCst);
    }

    /// Whether the server is about to end.
    pub(crate) fn are_phased_out(&self) -> bool {
        self.is_phased_out.load(Ordering::SeqCst)
    }

    /// Waits until no connection is open.
    pub(super) async fn are_empty(&self) {
        while self.table().open > 0 {
            sleep(ANOTHER_LOOK).await;
        }
    }

    /// Closes whatever waits for a request: a newcomer, who is about to send one, a moment later than others.
    pub(super) async fn close_idle(&self) {
        while self.table().close_idle(Instant::now()) {
            sleep(ANOTHER_LOOK).await;
        }
    }

    /// A place for a newcomer, as soon as there is one; near the limit somebody else is given up for it.
    pub(super) async fn admit(self: &Arc<Self>) -> Admitted {
        if self.table().open >= self.limits.for_all() {
            self.spare_one();
        }
        while self.table().open >= self.limits.most {
            if timeout(ANOTHER_LOOK, self.freed.notified()).await.is_err() {
                self.spare_one();
            }
        }
        self.table().open += 1;
        let number = self.newcomers.fetch_add(1, Ordering::Relaxed);
        Admitted(Place::new(number, Arc::clone(self)))
    }

    /// Gives up one connection, so that its descriptor is free; says whether there was one.
    pub(super) fn spare_one(&self) -> bool {
        let is_one = self.table().spare_one(Instant::now());
        self.given_up.for_another.inc_by(is_one.into());
        is_one
    }

    /// Closes, again and again, what is out of time.
    pub(super) async fn sweep(&self) {
        loop {
            sleep(SWEEP).await;
            let closed = self.table().close_overdue(Instant::now(), self.limits.idle);
            self.given_up.as_too_slow.inc_by(closed);
        }
    }

    /// Whether the places that are not kept for deliveries suffice for what is under way.
    pub(super) fn have_room(&self) -> bool {
        self.table().busy <= self.limits.for_all()
    }

    pub(super) fn hold(&self, bytes: usize) {
        if self.held.fetch_add(bytes, Ordering::Relaxed) + bytes > MOST_HELD {
            self.table().give_up_largest_body();
        }
    }

    pub(super) fn let_go(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn free(&self, number: u64, now: Now) {
        let mut table = self.table();
        table.leave(number, now);
        table.open -= 1;
        drop(table);
        self.freed.notify_one();
    }

    /// Adds what is known about connections.
    pub(crate) fn register(self: &Arc<Self>, metrics: &mut Registry) {
        let GivenUp { for_another, as_too_slow } = self.given_up.clone();
        let help = "Connections that were given up so that a newcomer had a place";
        metrics.register("connections_given_up", help, for_another);
        let help = "Connections that were closed because the client was idle or too slow";
        metrics.register("connections_timed_out", help, as_too_slow);
        metrics.register_collector(Box::new(Arc::clone(self)));
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Collector for Places {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut one = |name: &str, help: &str, number: usize| {
            let gauge = ConstGauge::new(i64::try_from(number).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
        };
        let (open, waiting) = {
            let table = self.table();
            (table.open, table.waiting.len())
        };
        one("connections", "Connections that are open", open)?;
        one("connections_most", "Connections that may be open at once", self.limits.most)?;
        one("waiting_requests", "Browsers that wait for a change", waiting)
    }
}

/// Sorted by how long it has been so; the number tells two of the same moment apart.
type Since = (Instant, u64);

#[derive(Default)]
pub(super) struct Table {
    open: usize,
    /// Requests under way that are no deliveries, without browsers that wait.
    busy: usize,
    awaiting: BTreeMap<Since, (Awaited, Arc<Place>)>,
    waiting: BTreeMap<Since, Arc<Place>>,
}

impl Table {
    pub(super) fn enter(&mut self, place: &Arc<Place>, now: Now) {
        let since = (now.since, place.number);
        match now.doing {
            Doing::Awaiting(awaited) => drop(self.awaiting.insert(since, (awaited, Arc::clone(place)))),
            Doing::Waiting => drop(self.waiting.insert(since, Arc::clone(place))),
            Doing::Answering => {}
        }
        self.busy += usize::from(now.is_busy());
    }

    pub(super) fn leave(&mut self, number: u64, now: Now) {
        let since = (now.since, number);
        match now.doing {
            Doing::Awaiting(_) => drop(self.awaiting.remove(&since)),
            Doing::Waiting => drop(self.waiting.remove(&since)),
            Doing::Answering => {}
        }
        self.busy -= usize::from(now.is_busy());
    }

    fn spare_one(&mut self, now: Instant) -> bool {
        let longest = self.awaiting.first_key_value().map_or(Duration::ZERO, |((since, _), _)| now - *since);
        let browser = if longest >= PATIENCE { None } else { self.waiting.pop_first() };
        if let Some(((since, _), place)) = browser {
            place.give_up(Doing::Waiting, since);
            return true;
        }
        let mut slowest = self.awaiting.iter().take(LOOKED_AT);
        let settled = slowest.find(|(_, (_, place))| now - place.connected_at >= TENURE).map(|(since, _)| *since);
        settled.inspect(|since| self.give_up(since)).is_some()
    }

    fn give_up(&mut self, since: &Since) {
        if let Some((awaited, place)) = self.awaiting.remove(since) {
            place.let_go();
            place.give_up(Doing::Awaiting(awaited), since.0);
        }
    }

    fn close_overdue(&mut self, now: Instant, longest_idle: Duration) -> u64 {
        let before = self.awaiting.len();
        self.awaiting.retain(|(since, _), (awaited, place)| {
            let longest = match awaited {
                Awaited::Request => longest_idle,
                Awaited::Head | Awaited::Body => LONGEST_ARRIVAL,
                Awaited::More | Awaited::Room => LONGEST_STALL,
            };
            let stays = now - *since < longest;
            if !stays {
                place.give_up(Doing::Awaiting(*awaited), *since);
            }
            stays
        });
        (before - self.awaiting.len()) as u64
    }

    /// Whether newcomers are left.
    fn close_idle(&mut self, now: Instant) -> bool {
        let is_idle = |awaited: Awaited| awaited == Awaited::Request;
        self.awaiting.retain(|(since, _), (awaited, place)| {
            let stays = !is_idle(*awaited) || now - place.connected_at < FIRST_REQUEST;
            if !stays {
                place.give_up(Doing::Awaiting(*awaited), *since);
            }
            stays
        });
        self.awaiting.values().any(|(awaited, _)| is_idle(*awaited))
    }

    fn give_up_largest_body(&mut self) {
        let bodies = self.awaiting.iter().filter(|(_, (awaited, _))| *awaited == Awaited::Body);
        let largest = bodies.max_by_key(|(_, (_, place))| place.held()).map(|(since, _)| *since);
        if let Some(since) = largest {
            self.give_up(&since);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep_until;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn places(most: usize) -> Arc<Places> {
        Places::new(Limits { most, kept_free: 2, idle: 75 * SECOND })
    }

    fn is_answered_early(admitted: &Admitted) -> bool {
        admitted.0.is_last_request()
    }

    async fn is_closed(admitted: &Admitted) -> bool {
        timeout(Duration::from_millis(100), admitted.is_over()).await.is_ok()
    }

    async fn in_request(places: &Arc<Places>, is_delivery: bool, has_body: bool) -> Admitted {
        let admitted = places.admit().await;
        admitted.0.request_begins(is_delivery, has_body);
        admitted
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_kept_the_server_waiting_for_longest_goes_first() {
        let places = places(100);
        let browser = in_request(&places, false, false).await;
        let _waiting = browser.0.wait();
        let idle = places.admit().await;
        sleep(SECOND).await;
        let body = in_request(&places, true, true).await;
        sleep(PATIENCE).await;
        let newcomer = places.admit().await;
        sleep(TENURE).await;
        places.spare_one();
        assert!(is_closed(&idle).await && !is_answered_early(&body));
        places.spare_one();
        assert!(is_answered_early(&body) && !is_closed(&body).await);
        places.spare_one();
        assert!(is_answered_early(&browser) && !is_closed(&browser).await);
        places.spare_one();
        assert!(is_closed(&newcomer).await);
        assert!(!places.spare_one());
    }

    #[tokio::test(start_paused = true)]
    async fn a_newcomer_is_left_alone_for_a_moment() {
        let places = places(100);
        let _newcomer = places.admit().await;
        assert!(!places.spare_one());
        sleep(TENURE).await;
        assert!(places.spare_one());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_comes_at_the_last_moment_is_answered() {
        let places = places(100);
        let client = places.admit().await;
        sleep(TENURE).await;
        assert!(places.spare_one());
        client.0.request_begins(true, false);
        assert!(!is_closed(&client).await);
        assert!(client.0.is_last_request());
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_end_every_answer_is_the_last_and_who_asks_nothing_is_closed() {
        let places = places(100);
        let (idle, working) = (places.admit().await, in_request(&places, true, false).await);
        sleep(TENURE).await;
        let newcomer = places.admit().await;
        assert!(!is_answered_early(&working));
        places.phase_out();
        assert!(is_answered_early(&working) && is_answered_early(&newcomer) && !is_closed(&idle).await);
        newcomer.0.request_begins(true, false);
        places.close_idle().await;
        assert!(is_closed(&idle).await && !is_closed(&working).await && !is_closed(&newcomer).await);
        drop((idle, working, newcomer));
        places.are_empty().await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_again_and_again_is_no_newcomer() {
        let places = places(100);
        let restless = places.admit().await;
        for _ in 0..10 {
            sleep(TENURE / 2).await;
            restless.0.request_begins(false, false);
            restless.0.request_ended();
        }
        assert!(places.spare_one());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_being_answered_is_never_given_up() {
        let places = places(100);
        let working = in_request(&places, true, true).await;
        working.0.body_ended();
        sleep(60 * SECOND).await;
        assert!(!places.spare_one());
        assert!(!is_answered_early(&working) && !is_closed(&working).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_newcomer_near_the_limit_takes_the_place_of_another() {
        let places = places(4);
        let (first, second) = (places.admit().await, places.admit().await);
        assert!(!is_closed(&first).await);
        sleep(SECOND).await;
        let _third = places.admit().await;
        assert!(is_closed(&first).await && !is_closed(&second).await);
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_a_newcomer_comes_in_when_somebody_has_gone() {
        let places = places(4);
        let mut busy = Vec::new();
        for _ in 0..4 {
            busy.push(in_request(&places, true, false).await);
        }
        let coming = places.admit();
        tokio::pin!(coming);
        assert!(timeout(SECOND, &mut coming).await.is_err());
        busy.pop();
        assert!(timeout(SECOND, coming).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn each_kind_of_slowness_has_its_time() {
        let places = places(100);
        let idle = places.admit().await;
        let head = places.admit().await;
        head.0.bytes_came();
        let body = in_request(&places, true, true).await;
        let stalled = in_request(&places, false, false).await;
        stalled.0.stalls();
        let browser = in_request(&places, false, false).await;
        let _waiting = browser.0.wait();
        let mut closed = [false; 3];
        let mut gone = Vec::new();
        let began = Instant::now();
        for seconds in 0..80 {
            sleep_until(began + seconds * SECOND).await;
            places.table().close_overdue(Instant::now(), places.limits.idle);
            for (closed, client) in closed.iter_mut().zip([&idle, &head, &stalled]) {
                *closed |= is_closed(client).await;
            }
            let now = (closed, is_answered_early(&body));
            if gone.last().is_none_or(|(_, before)| *before != now) {
                gone.push((seconds, now));
            }
        }
        let expected = [
            (0, ([false, false, false], false)),
            (10, ([false, true, false], true)),
            (30, ([false, true, true], true)),
            (75, ([true, true, true], true)),
        ];
        assert_eq!(gone, expected);
        assert!(!is_answered_early(&browser));
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_has_its_whole_time_after_a_long_idleness() {
        let places = places(100);
        let client = in_request(&places, false, false).await;
        client.0.request_ended();
        sleep(74 * SECOND).await;
        client.0.bytes_came();
        sleep(9 * SECOND).await;
        places.table().close_overdue(Instant::now(), places.limits.idle);
        assert!(!is_closed(&client).await);
    }

    #[tokio::test(start_paused = true)]
    async fn places_are_kept_for_deliveries() {
        let places = places(4);
        let (first, second) = (in_request(&places, false, false).await, in_request(&places, false, true).await);
        assert!(first.0.has_room() && second.0.has_room());
        let third = in_request(&places, false, false).await;
        let delivery = in_request(&places, true, true).await;
        assert!(!third.0.has_room() && delivery.0.has_room());
        let waiting = first.0.wait();
        assert!(third.0.has_room());
        drop(waiting);
        assert!(!third.0.has_room());
        drop(first);
        assert!(third.0.has_room());
    }

    #[tokio::test(start_paused = true)]
    async fn the_largest_unfinished_body_is_given_up_where_all_are_too_much() {
        let places = places(100);
        let (small, large) = (in_request(&places, true, true).await, in_request(&places, true, true).await);
        small.0.hold(1000);
        large.0.hold(MOST_HELD - 2000);
        assert!(!is_answered_early(&large));
        small.0.hold(2000);
        assert!(is_answered_early(&large) && !is_answered_early(&small));
        drop((small, large));
        assert_eq!(places.held.load(Ordering::SeqCst), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_table_that_everybody_left_is_empty() {
        let places = places(100);
        let mut connections = Vec::new();
        for number in 0..5 {
            connections.push(in_request(&places, number % 2 == 0, number % 3 == 0).await);
        }
        let waiting = connections[1].0.wait();
        drop(waiting);
        connections[2].0.request_ended();
        drop(connections);
        let table = places.table();
        assert_eq!((table.open, table.busy, table.awaiting.len(), table.waiting.len()), (0, 0, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_passed_on_may_be_large_and_take_as_long_as_it_goes_on() {
        let places = places(4);
        let uploading = in_request(&places, false, true).await;
        uploading.0.passes_body_on();
        for _ in 0..10 {
            tokio::time::advance(20 * SECOND).await;
            uploading.0.hold(5_000_000);
            places.table().close_overdue(Instant::now(), 75 * SECOND);
            assert!(!is_answered_early(&uploading));
        }
        assert_eq!(places.held.load(Ordering::Relaxed), 0);
        tokio::time::advance(31 * SECOND).await;
        places.table().close_overdue(Instant::now(), 75 * SECOND);
        assert!(is_answered_early(&uploading));
    }
}
