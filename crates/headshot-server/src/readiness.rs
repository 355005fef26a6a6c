use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::store::{Store, StoreError};

/// For so long an answer is given again: whoever may ask must not keep the disk busy.
const FRESH: Duration = Duration::from_secs(1);

/// A store that takes longer to write is not available.
const LONGEST_CHECK: Duration = Duration::from_secs(3);

/// Whether the store takes writes, asked once for many who want to know.
#[derive(Clone, Default)]
pub(crate) struct Readiness {
    latest: Arc<Mutex<Option<Shown>>>,
}

struct Shown {
    at: Instant,
    taken: Result<(), StoreError>,
}

impl Readiness {
    /// What a write within the last second showed, or shows now.
    pub(crate) async fn check(&self, store: &Arc<dyn Store>, now: Timestamp) -> Result<(), StoreError> {
        let mut latest = Arc::clone(&self.latest).lock_owned().await;
        if let Some(shown) = latest.as_ref().filter(|shown| shown.at.elapsed() < FRESH) {
            return shown.taken.clone();
        }
        let store = Arc::clone(store);
        // A task of its own: when who asked hangs up, others must not have to write again.
        let checking = tokio::spawn(async move {
            let checked = timeout(LONGEST_CHECK, store.check_writable(now)).await;
            let taken = checked.unwrap_or_else(|_| Err(StoreError("a write takes too long".into())));
            *latest = Some(Shown { at: Instant::now(), taken: taken.clone() });
            taken
        });
        checking.await.unwrap_or_else(|error| Err(StoreError(format!("the check broke off: {error}"))))
    }
}
