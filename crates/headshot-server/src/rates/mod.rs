//! How often somebody may ask. Nobody honest meets these limits, and no genuine delivery is held to one: what is
//! limited there is what a forged one may cost after the verdict.

mod address;
pub mod settings;

use std::hash::Hash;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, header};
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

pub(crate) use self::address::Proxies;
pub(crate) use self::settings::Settings;
use crate::clock::Clock;
use crate::error::{Code, Error};

/// So many of those who are counted are remembered. One is forgotten as soon as it is as good as new, so that more could
/// only be busy at once where tens of thousands of requests came every second; then nobody is counted.
const MOST_COUNTED: usize = 65_536;

/// How often those are looked for who can be forgotten, once there are so many.
const SWEEP: Duration = Duration::from_secs(1);

/// The limits, and who has come how close to them.
pub(crate) struct Rates {
    host: Option<Limit<String>>,
    address: Option<Limit<IpAddr>>,
    refused: Option<Limit<IpAddr>>,
    proxies: Proxies,
    /// Whether the operator was told what is missing.
    hinted: Once,
    held: Family<Held, Counter>,
}

/// Whoever asks has asked too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    setting: &'static str,
    /// Who that is, for the log.
    who: String,
    a_minute: NonZeroU32,
    wait: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Held {
    setting: &'static str,
}

impl Rates {
    pub(crate) fn new(settings: &Settings, clock: &Clock) -> Self {
        let Settings { host, address, refused, proxies } = settings.clone();
        Self {
            host: Limit::new("HEADSHOT_LIMIT_HOST", host, clock),
            address: Limit::new("HEADSHOT_LIMIT_ADDRESS", address, clock),
            refused: Limit::new("HEADSHOT_LIMIT_REFUSED", refused, clock),
            proxies,
            hinted: Once::new(),
            held: Family::default(),
        }
    }

    /// What a request's client is counted by, where that can be told.
    pub(crate) fn address(
        &self,
        peer: Option<Extension<ConnectInfo<SocketAddr>>>,
        headers: &HeaderMap,
    ) -> Option<IpAddr> {
        let Extension(ConnectInfo(peer)) = peer?;
        let client = self.proxies.client(peer, headers);
        if client.is_none() && self.proxies.trusted.is_none() && headers.contains_key("x-forwarded-for") {
            self.hinted.call_once(|| {
                tracing::warn!(
                    "there is a proxy in front: no address is held to a limit without HEADSHOT_TRUSTED_PROXIES"
                );
            });
        }
        client
    }

    /// Counts a request with the key of this host application.
    pub(crate) fn ask_as_host(&self, host: &String) -> Result<(), TooMany> {
        self.count(self.host.as_ref(), Some(host))
    }

    /// Counts a request without such a key.
    pub(crate) fn ask_from(&self, address: Option<IpAddr>) -> Result<(), TooMany> {
        self.count(self.address.as_ref(), address.as_ref())
    }

    /// Counts a delivery that is not genuine.
    pub(crate) fn be_refused(&self, address: Option<IpAddr>) -> Result<(), TooMany> {
        self.count(self.refused.as_ref(), address.as_ref())
    }

    /// Adds how often each limit was met.
    pub(crate) fn register(&self, metrics: &mut Registry) {
        let help = "Requests that were answered with 429, by the limit that they were beyond";
        metrics.register("requests_limited", help, self.held.clone());
        for setting in ["HEADSHOT_LIMIT_HOST", "HEADSHOT_LIMIT_ADDRESS", "HEADSHOT_LIMIT_REFUSED"] {
            drop(self.held.get_or_create(&Held { setting }));
        }
    }

    fn count<K: Hash + Eq + Clone + ToString>(&self, limit: Option<&Limit<K>>, who: Option<&K>) -> Result<(), TooMany> {
        let (Some(limit), Some(who)) = (limit, who) else { return Ok(()) };
        limit.count(who).inspect_err(|too_many| {
            self.held.get_or_create(&Held { setting: too_many.setting }).inc();
        })
    }
}

impl From<TooMany> for Error {
    fn from(TooMany { setting, who, a_minute, wait }: TooMany) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self::from(Code::TooManyRequests)
            .header(header::RETRY_AFTER, seconds.max(1))
            .detail(format!("no more than {a_minute} are answered in a minute"))
            .cause(format!("{who} is beyond {setting}"))
    }
}

/// A clock that governor understands and that tests can set.
#[derive(Clone)]
struct Steady(Clock);

impl governor::clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.steady()
    }
}

/// One limit, and where everybody stands who is held to it.
struct Limit<K: Hash + Eq + Clone> {
    setting: &'static str,
    a_minute: NonZeroU32,
    counted: RateLimiter<K, HashMapStateStore<K>, Steady, NoOpMiddleware<Duration>>,
    clock: Steady,
    swept_at: Mutex<Duration>,
}

impl<K: Hash + Eq + Clone + ToString> Limit<K> {
    fn new(setting: &'static str, a_minute: Option<NonZeroU32>, clock: &Clock) -> Option<Self> {
        let (a_minute, clock) = (a_minute?, Steady(clock.clone()));
        let counted = RateLimiter::hashmap_with_clock(Quota::per_minute(a_minute), clock.clone());
        Some(Self { setting, a_minute, counted, clock, swept_at: Mutex::default() })
    }

    fn count(&self, who: &K) -> Result<(), TooMany> {
        if self.counted.len() >= MOST_COUNTED && !self.has_room_after_sweeping() {
            return Ok(());
        }
        self.counted.check_key(who).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            TooMany { setting: self.setting, who: who.to_string(), a_minute: self.a_minute, wait }
        })
    }

    fn has_room_after_sweeping(&self) -> bool {
        let (mut swept_at, now) = (self.swept_at.lock().unwrap_or_else(PoisonError::into_inner), self.clock.now());
        if now >= *swept_at + SWEEP {
            *swept_at = now;
            self.counted.retain_recent();
        }
        self.counted.len() < MOST_COUNTED
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn limit(a_minute: u32) -> (Limit<IpAddr>, Clock) {
        let clock = Clock::set_to(Timestamp::constant(1_767_323_045, 0));
        (Limit::new("HEADSHOT_LIMIT_ADDRESS", NonZeroU32::new(a_minute), &clock).unwrap(), clock)
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn so_many_a_minute_are_let_through_and_each_is_counted_alone() {
        let (limit, clock) = limit(60);
        let let_through = |number| (0..100).filter(|_| limit.count(&address(number)).is_ok()).count();
        assert_eq!((let_through(1), let_through(2)), (60, 60));
        assert_eq!(limit.count(&address(1)).unwrap_err().wait, Duration::from_secs(1));
        clock.advance(Duration::from_secs(30));
        assert_eq!(let_through(1), 30);
        clock.advance(Duration::from_hours(1));
        assert_eq!(let_through(1), 60);
    }

    #[test]
    fn a_thousand_widgets_that_wait_behind_one_address_do_not_meet_the_usual_limit() {
        let args = settings::Args::default();
        let settings = settings::check(&args, &mut crate::config::Checks::default()).unwrap();
        let clock = Clock::set_to(Timestamp::constant(1_767_323_045, 0));
        let rates = Rates::new(&settings, &clock);
        // All at once, as after a restart, and then each as soon as its wait of 25 seconds is over.
        for _ in 0..10 {
            for _ in 0..1000 {
                assert_eq!(rates.ask_from(Some(address(1))), Ok(()));
            }
            clock.advance(crate::pace::LONGEST_WAIT);
        }
    }

    #[test]
    fn a_flood_of_addresses_does_not_grow_the_memory_and_those_who_are_idle_are_forgotten() {
        let (limit, clock) = limit(1);
        for number in 0..100_000 {
            assert!(limit.count(&address(number)).is_ok());
        }
        assert_eq!(limit.counted.len(), MOST_COUNTED);
        clock.advance(Duration::from_mins(10));
        assert!(limit.count(&address(1)).is_ok());
        assert_eq!(limit.counted.len(), 1);
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_and_who_it_was_in_the_log_alone() {
        use axum::response::IntoResponse;

        let wait = Duration::from_millis(1001);
        let a_minute = NonZeroU32::new(60).unwrap();
        let too_many = TooMany { setting: "HEADSHOT_LIMIT_ADDRESS", who: "203.0.113.7".into(), a_minute, wait };
        let response = Error::from(too_many).into_response();
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"2".parse().unwrap()));
    }
}
