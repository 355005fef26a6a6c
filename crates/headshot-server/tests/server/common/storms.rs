//! What the storms of all providers share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

/// When the provider was called. Clones go on where the others are.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<Timestamp>>>);

impl Calls {
    pub(crate) fn note(&self, at: Timestamp) {
        self.0.lock().unwrap().push(at);
    }

    pub(crate) fn most_in_a_minute(&self) -> usize {
        let all = self.0.lock().unwrap();
        let minute = Duration::from_mins(1);
        let within = |from: &Timestamp| all.iter().filter(|at| (*from..*from + minute).contains(at)).count();
        all.iter().map(within).max().unwrap_or(0)
    }
}

/// Deliveries on their way, each with the moment at which it arrives.
pub(crate) struct UnderWay<T>(Vec<(Timestamp, T)>);

impl<T> Default for UnderWay<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> UnderWay<T> {
    pub(crate) fn send(&mut self, arrives_at: Timestamp, delivery: T) {
        self.0.push((arrives_at, delivery));
    }

    /// Takes what has arrived by now, in the order in which it was sent.
    pub(crate) fn arrived(&mut self, now: Timestamp) -> Vec<(Timestamp, T)> {
        let (arrived, under_way) = self.0.drain(..).partition(|(at, _)| *at <= now);
        self.0 = under_way;
        arrived
    }
}
