use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

/// What happens again within so long is told as a number.
const BURST: Duration = Duration::from_secs(10);

/// What floods the log is told once in full, and then as how often it happened again.
#[derive(Clone, Default)]
pub(crate) struct Bursts(Arc<Mutex<HashMap<String, u64>>>);

impl Bursts {
    /// Whether this is the first of its kind for a while, to be told in full; more are told in one line afterwards.
    ///
    /// There must be few kinds: each has a name that no client chooses.
    pub(crate) fn begins(&self, kind: String) -> bool {
        let mut more = self.lock();
        if let Some(more) = more.get_mut(&kind) {
            *more += 1;
            return false;
        }
        more.insert(kind.clone(), 0);
        tokio::spawn(self.clone().end(kind));
        true
    }

    async fn end(self, kind: String) {
        sleep(BURST).await;
        if let Some(more) = self.lock().remove(&kind).filter(|more| *more > 0) {
            tracing::warn!(kind, more, seconds = BURST.as_secs(), "happened again");
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_kind_is_told_once_in_each_burst() {
        let bursts = Bursts::default();
        let begins = |kind: &str| bursts.begins(kind.into());
        assert_eq!([begins("a"), begins("a"), begins("b"), begins("a")], [true, false, true, false]);
        assert_eq!(*bursts.lock(), HashMap::from([("a".into(), 2), ("b".into(), 0)]));
        sleep(BURST + Duration::from_secs(1)).await;
        assert!(bursts.lock().is_empty());
        assert!(begins("a"));
    }
}
