use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// For so long after a commit failed, the store is not said to take writes: a small write could show it, and the next
/// delivery be refused.
const DISTRUST: Duration = Duration::from_secs(5);

/// Bounds between which commits are counted.
const COMMIT_SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

/// How commits go, and what was in them.
#[derive(Clone)]
pub(super) struct Commits {
    seconds: Histogram,
    failures: Counter,
    photos_lost: Counter,
    failed_at: Arc<Mutex<Option<Instant>>>,
}

impl Commits {
    pub(super) fn new() -> Self {
        let (failures, photos_lost, failed_at) = <(Counter, Counter, Arc<Mutex<Option<Instant>>>)>::default();
        Self { seconds: Histogram::new(COMMIT_SECONDS), failures, photos_lost, failed_at }
    }

    pub(super) fn note(&self, began: Instant, is_done: bool) {
        if is_done {
            self.seconds.observe(began.elapsed().as_secs_f64());
        } else {
            self.failures.inc();
            *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }

    /// Counts photos that nobody can copy any more.
    pub(super) fn lose_photos(&self, photos: u64) {
        self.photos_lost.inc_by(photos);
    }

    /// Whether a commit failed a moment ago.
    pub(super) fn failed_lately(&self) -> bool {
        let failed_at = *self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        failed_at.is_some_and(|at| at.elapsed() < DISTRUST)
    }

    /// Adds how they go.
    pub(super) fn register(&self, metrics: &mut Registry) {
        let (seconds, failures) = (self.seconds.clone(), self.failures.clone());
        metrics.register("commit_seconds", "Time of a commit to the disk, which many writes share", seconds);
        metrics.register("commit_failures", "Commits that failed; nothing of them was acknowledged", failures);
        let help = "Photos that the provider shows no more and whose links ended before they were copied";
        metrics.register("photos_lost_to_expiry", help, self.photos_lost.clone());
    }
}
