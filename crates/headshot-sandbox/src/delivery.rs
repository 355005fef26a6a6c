//! Sends events to their receivers, and remembers how that went.

mod attempt;
mod log;
mod sign;

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{Method, Request, StatusCode, header},
};
use http_body_util::Full;
use jiff::Timestamp;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until, timeout},
};
use url::Url;

pub(crate) use log::Delivery;
pub(crate) use sign::{Flaw, STALE_BY, Signer, WRONG_SECRET};

use self::{
    attempt::Attempt,
    log::{Due, Log, State},
};
use crate::{
    Fault, Speed,
    faults::{Dealer, Subject},
    plain_http::PlainHttp,
    provider::Provider,
};

/// How a provider sends its webhooks, at real speed.
pub(crate) struct Manner {
    /// From the event to the first attempt.
    pub(crate) delay: Duration,
    /// From the failed first attempt to each further one.
    pub(crate) further_attempts: &'static [Duration],
    /// How long the receiver may take to answer.
    pub(crate) timeout: Duration,
    /// Which answers are a success.
    pub(crate) accepts: fn(StatusCode) -> bool,
    /// Whether further attempts repeat the timestamp of the first one.
    pub(crate) keeps_first_timestamp: bool,
}

/// Speed does not make receivers faster, so that their time is not shortened below this.
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest time by which a fault delays an event.
const LONGEST_DELAY: Duration = Duration::from_mins(10);
/// How long an event waits at most to be overtaken.
const OVERTAKEN_AFTER: Duration = Duration::from_mins(1);

/// What is to be sent.
pub(crate) struct Outgoing {
    pub(crate) id: String,
    pub(crate) session: String,
    pub(crate) event: &'static str,
    pub(crate) method: Method,
    /// Nothing is sent without a receiver.
    pub(crate) url: Option<Url>,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    pub(crate) is_signed: bool,
}

/// All deliveries of a provider so far, and the way out for new ones.
pub(crate) struct Deliveries {
    provider: Provider,
    manner: Manner,
    signer: Box<dyn Signer>,
    speed: Speed,
    dealer: Arc<Dealer>,
    http: PlainHttp,
    drops_all: AtomicBool,
    log: Log,
}

impl Deliveries {
    pub(crate) fn new(
        provider: Provider,
        manner: Manner,
        signer: Box<dyn Signer>,
        speed: Speed,
        dealer: Arc<Dealer>,
    ) -> Arc<Self> {
        let http = PlainHttp::new(speed.shorten(manner.timeout).max(SHORTEST_TIMEOUT));
        let (drops_all, log) = (AtomicBool::new(false), Log::default());
        Arc::new(Self { provider, manner, signer, speed, dealer, http, drops_all, log })
    }

    /// Sends an event of a session after the usual delay, never before an earlier event of that session.
    pub(crate) fn send(self: &Arc<Self>, outgoing: Outgoing) {
        let delivery = Delivery::new(outgoing);
        let (session, is_scheduled) = (delivery.session.clone(), delivery.is_scheduled());
        let due = Due { id: delivery.id.clone(), at: Instant::now() + self.speed.shorten(self.manner.delay) };
        self.log.add(delivery);
        if is_scheduled {
            self.log.line_up(&session, due, || self.new_queue());
        }
    }

    /// Makes one more attempt at once, in addition to any that are planned.
    pub(crate) fn resend(self: &Arc<Self>, id: &str, flaw: Option<Flaw>) {
        let (deliveries, id) = (Arc::clone(self), id.to_owned());
        tokio::spawn(async move { deliveries.attempt(&id, flaw).await });
    }

    /// What can be wrong with a delivery of this provider.
    pub(crate) fn flaws(&self) -> &'static [Flaw] {
        self.signer.flaws()
    }

    /// Whether nothing is sent at all.
    pub(crate) fn drops_all(&self) -> bool {
        self.drops_all.load(Ordering::Relaxed)
    }

    /// From now on, loses every event that is not yet delivered, or sends again.
    pub(crate) fn drop_all(&self, drops: bool) {
        self.drops_all.store(drops, Ordering::Relaxed);
    }

    /// All deliveries, the oldest first.
    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.log.all()
    }

    pub(crate) fn delivery(&self, id: &str) -> Option<Delivery> {
        self.log.delivery(id)
    }

    fn new_queue(self: &Arc<Self>) -> mpsc::UnboundedSender<Due> {
        let (sender, queue) = mpsc::unbounded_channel();
        tokio::spawn(work_off(Arc::downgrade(self), queue, self.speed.shorten(OVERTAKEN_AFTER)));
        sender
    }

    /// Makes the first attempt of the next event of a session, if no fault keeps it from that; true if it is to wait
    /// until it is overtaken.
    async fn send_in_turn(self: &Arc<Self>, id: &str, may_wait: bool) -> bool {
        if self.drops_all() || self.strikes(Fault::Drop, id).is_some() {
            self.log.update(id, |delivery| delivery.state = State::Dropped);
            return false;
        }
        if let Some(how) = self.strikes(Fault::Delay, id) {
            sleep(self.speed.shorten(LONGEST_DELAY.mul_f64(how))).await;
        }
        let waits = may_wait && self.strikes(Fault::Reorder, id).is_some();
        if !waits {
            self.send_first(id).await;
        }
        waits
    }

    async fn send_first(self: &Arc<Self>, id: &str) {
        let accepted = self.attempt_with_luck(id).await;
        if self.strikes(Fault::Duplicate, id).is_some() {
            self.resend(id, None);
        }
        if !accepted {
            let (deliveries, id) = (Arc::clone(self), id.to_owned());
            tokio::spawn(async move { deliveries.attempt_again(&id).await });
        }
    }

    /// Makes the attempts that follow a failed first one, without holding up later events.
    async fn attempt_again(self: Arc<Self>, id: &str) {
        let failed_at = Instant::now();
        for delay in self.manner.further_attempts {
            sleep_until(failed_at + self.speed.shorten(*delay)).await;
            if self.drops_all() {
                return self.log.update(id, |delivery| delivery.state = State::Dropped);
            }
            if self.attempt_with_luck(id).await {
                return;
            }
        }
        self.log.update(id, Delivery::give_up);
    }

    /// Makes one attempt, which a fault may spoil.
    async fn attempt_with_luck(&self, id: &str) -> bool {
        let flaws = [(Fault::Badsig, Flaw::BadSignature), (Fault::Stale, Flaw::Stale)];
        let possible = self.log.delivery(id).is_some_and(|delivery| delivery.is_signed);
        let spoils = |(fault, flaw): &(Fault, Flaw)| {
            possible && self.flaws().contains(flaw) && self.strikes(*fault, id).is_some()
        };
        let flaw = flaws.iter().find(|pair| spoils(pair)).map(|(_, flaw)| *flaw);
        self.attempt(id, flaw).await
    }

    /// Makes one attempt; true if it was accepted or is not needed.
    async fn attempt(&self, id: &str, flaw: Option<Flaw>) -> bool {
        let Some(delivery) = self.log.delivery(id) else { return true };
        let Some(url) = &delivery.url else { return true };
        let now = Timestamp::now();
        let first_at = delivery.first_at().filter(|_| self.manner.keeps_first_timestamp);
        let (headers, body) = self.sealed(&delivery, first_at.unwrap_or(now), flaw);
        let mut request = Request::builder().method(delivery.method.clone()).uri(url.as_str());
        for (name, value) in &headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(body)).expect("URL and headers are well-formed");
        let answer = self.http.send(request).await.map(|(status, _)| status);
        let accepted = answer.is_ok_and(self.manner.accepts);
        let attempt = Attempt::new(now, headers, flaw, answer);
        tracing::info!(event = delivery.event, status = attempt.status, error = attempt.error, "webhook {id}");
        self.log.update(id, |delivery| delivery.ended(attempt, accepted));
        accepted
    }

    /// The headers and the body as they are sent.
    fn sealed(&self, delivery: &Delivery, at: Timestamp, flaw: Option<Flaw>) -> (Vec<(&'static str, String)>, Bytes) {
        let mut headers = vec![(header::CONTENT_TYPE.as_str(), delivery.content_type.to_owned())];
        if delivery.is_signed && flaw != Some(Flaw::Unsigned) {
            let at = if flaw == Some(Flaw::Stale) { at - STALE_BY } else { at };
            headers.extend(self.signer.sign(&delivery.body, at, flaw));
        }
        let altered = (flaw == Some(Flaw::AlteredBody)).then(|| self.signer.altered(&delivery.body));
        (headers, Bytes::from(altered.unwrap_or_else(|| delivery.body.clone())))
    }

    fn strikes(&self, fault: Fault, id: &str) -> Option<f64> {
        let delivery = self.log.delivery(id)?;
        self.dealer.deal(fault, self.provider, Subject::Event(&delivery.session, delivery.number))
    }
}

/// Sends the events of one session in their order, but for one that waits to be overtaken.
async fn work_off(deliveries: Weak<Deliveries>, mut queue: mpsc::UnboundedReceiver<Due>, patience: Duration) {
    let mut waiting: Option<String> = None;
    loop {
        let next = match waiting {
            Some(_) => timeout(patience, queue.recv()).await.unwrap_or_default(),
            None => queue.recv().await,
        };
        if let Some(due) = &next {
            sleep_until(due.at).await;
        }
        let Some(deliveries) = deliveries.upgrade() else { return };
        match (next, waiting.take()) {
            (Some(due), overtaken) => {
                let waits = deliveries.send_in_turn(&due.id, overtaken.is_none()).await;
                waiting = waits.then_some(due.id);
                if let Some(id) = overtaken {
                    deliveries.send_first(&id).await;
                }
            }
            (None, Some(id)) => deliveries.send_first(&id).await,
            (None, None) => return,
        }
    }
}

/// Any answer that says success.
pub(crate) fn any_success(status: StatusCode) -> bool {
    status.is_success()
}
