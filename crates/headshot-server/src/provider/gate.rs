use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::ProviderError;
use crate::clock::Clock;
use crate::metrics::{self, Calls};
use crate::pace::LONGEST_BUSY;
use crate::store::{Quota, Store};

/// The part of what may be called at once that reads may use up; the rest is for people who wait for an answer.
const SHARE_OF_READS: f64 = 0.7;

/// How long a provider takes no calls when it does not say.
const USUAL_BUSY: Duration = Duration::from_secs(5);

/// The longest that the next call of a read waits for its turn; several such waits fit into an attempt.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// What every call of a provider passes, so that its rate limit is kept by all that use one store.
#[derive(Clone)]
pub(crate) struct Gate {
    store: Arc<dyn Store>,
    clock: Clock,
    provider: &'static str,
    quota: Quota,
    calls: Calls,
}

/// Who waits for a call's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A person, or the program of one.
    Person,
    /// The worker, which can come back later.
    Worker,
    /// The worker, in the middle of what takes several calls, who waits: giving up would waste those that were made, and
    /// where many sessions are to be read, none would ever be.
    UnderWay,
}

impl Urgency {
    /// That of the calls after the first.
    pub(crate) fn going_on(self) -> Self {
        if self == Self::Worker { Self::UnderWay } else { self }
    }
}

impl Gate {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Clock, provider: &'static str, quota: Quota, calls: Calls) -> Self {
        Self { store, clock, provider, quota, calls }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets one call through, at once or, if it is [under way](Urgency::UnderWay), when there is room.
    ///
    /// # Errors
    /// [`ProviderError::Busy`] where the provider would refuse it.
    pub(crate) async fn pass(&self, urgency: Urgency) -> Result<(), ProviderError> {
        let share = if urgency == Urgency::Person { 1.0 } else { SHARE_OF_READS };
        loop {
            let now = self.clock.now();
            match self.store.pass_gate(self.provider, self.quota, share, now).await? {
                None => {
                    self.calls.get_or_create(&metrics::Provider { provider: self.provider }).inc();
                    return Ok(());
                }
                Some(until) if urgency == Urgency::UnderWay && until <= now + LONGEST_PAUSE => {
                    self.clock.sleep_until(until).await;
                }
                Some(until) => return Err(ProviderError::Busy { until }),
            }
        }
    }

    /// The provider refused a call because of its rate limit: none is let through until it takes calls again.
    pub(crate) async fn close(&self, until: Option<Timestamp>) -> ProviderError {
        let now = self.clock.now();
        let until = until.unwrap_or(now + USUAL_BUSY).clamp(now, now + LONGEST_BUSY);
        match self.store.close_gate(self.provider, until).await {
            Ok(()) => ProviderError::Busy { until },
            Err(error) => error.into(),
        }
    }
}
