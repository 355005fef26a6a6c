use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::yield_now;
use tokio::time::sleep;

/// What time it is: the machine's clock, one that goes by another's, or one that a test sets.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    /// Milliseconds from [`Clock::steady`] to that other clock.
    Led(Arc<AtomicI64>),
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that goes by what [`Clock::lead`] says and otherwise on by itself: nobody who sets the machine's clock moves
    /// it. Until something is said, it shows what the machine's clock showed; clones share it.
    pub(crate) fn led() -> Self {
        Self(Source::Led(Arc::new(AtomicI64::new(Timestamp::now().as_millisecond() - millis(since_start())))))
    }

    /// Goes by a clock that showed `at` not longer than `since` ago, where this one cannot have been right.
    pub(crate) fn lead(&self, at: Timestamp, since: Duration) {
        if let Source::Led(ahead) = &self.0 {
            let earliest = at.as_millisecond() - millis(since_start());
            let ahead_now = ahead.load(Ordering::SeqCst);
            ahead.store(ahead_now.clamp(earliest, earliest + millis(since)), Ordering::SeqCst);
        }
    }

    /// A clock that stands still at `at` until [`Clock::advance`] moves it; clones share it.
    #[must_use]
    pub fn set_to(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Moves a set clock on; the machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(millis(by), Ordering::SeqCst);
        }
    }

    /// This clock, or the one that the store's servers share; a set clock is nobody else's.
    pub(crate) fn or(self, shared: Option<Self>) -> Self {
        match (&self.0, shared) {
            (Source::Machine, Some(shared)) => shared,
            _ => self,
        }
    }

    /// Waits until then; a set clock goes on to it at once.
    pub(crate) async fn sleep_until(&self, at: Timestamp) {
        match &self.0 {
            Source::Machine | Source::Led(_) => {
                sleep(at.duration_since(self.now()).try_into().unwrap_or_default()).await;
            }
            Source::Set(millis) => {
                millis.fetch_max(at.as_millisecond(), Ordering::SeqCst);
                yield_now().await;
            }
        }
    }

    /// Time that only goes on, since no moment in particular; a machine's clock can be set back.
    pub(crate) fn steady(&self) -> Duration {
        match &self.0 {
            Source::Machine | Source::Led(_) => since_start(),
            Source::Set(millis) => Duration::from_millis(millis.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    /// The time now, in whole milliseconds, because that is what the store keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Source::Machine => Timestamp::now().as_millisecond(),
            Source::Led(ahead) => millis(since_start()).saturating_add(ahead.load(Ordering::SeqCst)),
            Source::Set(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }
}

fn since_start() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn a_led_clock_goes_where_it_is_led_and_does_not_waver() {
        let clock = Clock::led();
        let start = clock.now();
        for there in [start + HOUR, start - HOUR] {
            clock.lead(there, Duration::from_millis(1));
            let shown = clock.now();
            assert!(shown >= there && shown < there + Duration::from_mins(1), "{shown}");
        }
        let before = clock.0.clone();
        // What took so long to be heard says nothing new.
        clock.lead(clock.now() - Duration::from_secs(5), Duration::from_secs(10));
        let (Source::Led(before), Source::Led(after)) = (before, &clock.0) else { panic!("it is led") };
        assert_eq!(before.load(Ordering::SeqCst), after.load(Ordering::SeqCst));
    }
}
