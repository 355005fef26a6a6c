use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::ProviderError;
use crate::clock::Clock;
use crate::pace::LONGEST_BUSY;
use crate::store::{Quota, Store};

/// The part of what may be called at once that reads may begin with; the rest is for ending them, and for people who
/// wait for an answer.
const SHARE_OF_READS: f64 = 0.7;

/// How long a provider takes no calls when it does not say.
const USUAL_BUSY: Duration = Duration::from_secs(5);

/// What every call of a provider passes, so that its rate limit is kept by all that use one store.
#[derive(Clone)]
pub(crate) struct Gate {
    store: Arc<dyn Store>,
    clock: Clock,
    provider: &'static str,
    quota: Quota,
}

/// Who waits for a call's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A person, or the program of one.
    Person,
    /// The worker, which can come back later.
    Worker,
    /// The worker, in the middle of what takes several calls: giving up would waste those that were made, and where
    /// many sessions are to be read, none would ever be.
    UnderWay,
}

impl Gate {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Clock, provider: &'static str, quota: Quota) -> Self {
        Self { store, clock, provider, quota }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets one call through.
    ///
    /// # Errors
    /// [`ProviderError::Busy`] where the provider would refuse it.
    pub(crate) async fn pass(&self, urgency: Urgency) -> Result<(), ProviderError> {
        let share = if urgency == Urgency::Worker { SHARE_OF_READS } else { 1.0 };
        let wait = self.store.pass_gate(self.provider, self.quota, share, self.clock.now()).await?;
        wait.map_or(Ok(()), |until| Err(ProviderError::Busy { until }))
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
