use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::yield_now;
use tokio::time::sleep;

/// What time it is: the machine's clock, or one that a test sets.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that stands still at `at` until [`Clock::advance`] moves it; clones share it.
    #[must_use]
    pub fn set_to(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Moves a set clock on; the machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Set(millis) = &self.0 {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Waits until then; a set clock goes on to it at once.
    pub(crate) async fn sleep_until(&self, at: Timestamp) {
        match &self.0 {
            Source::Machine => sleep(at.duration_since(self.now()).try_into().unwrap_or_default()).await,
            Source::Set(millis) => {
                millis.fetch_max(at.as_millisecond(), Ordering::SeqCst);
                yield_now().await;
            }
        }
    }

    /// Time that only goes on, since no moment in particular; a machine's clock can be set back.
    pub(crate) fn steady(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::Machine => START.elapsed(),
            Source::Set(millis) => Duration::from_millis(millis.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    /// The time now, in whole milliseconds, because that is what the store keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Source::Machine => Timestamp::now().as_millisecond(),
            Source::Set(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }
}
