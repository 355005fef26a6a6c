use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::photos::Storage;
use crate::store::{Store, StoreError};

/// For so long an answer is given again: whoever may ask must not keep the disk busy.
const FRESH: Duration = Duration::from_secs(1);

/// A store that takes longer to write is not available.
const LONGEST_CHECK: Duration = Duration::from_secs(3);

/// Whether the store takes writes and the photos are there, asked once for many who want to know.
#[derive(Clone, Default)]
pub(crate) struct Readiness {
    latest: Arc<Mutex<Option<Shown>>>,
}

/// Photos that take longer to look for are away.
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// A server that takes deliveries.
#[derive(Clone)]
pub(crate) struct Ready {
    /// Whether photos can be kept and shown too, or why not.
    pub(crate) photos: Result<(), String>,
}

struct Shown {
    at: Instant,
    taken: Result<Ready, StoreError>,
}

impl Readiness {
    /// What a write and a look within the last second showed, or show now.
    pub(crate) async fn check(
        &self,
        store: &Arc<dyn Store>,
        photos: &Storage,
        now: Timestamp,
    ) -> Result<Ready, StoreError> {
        let mut latest = Arc::clone(&self.latest).lock_owned().await;
        if let Some(shown) = latest.as_ref().filter(|shown| shown.at.elapsed() < FRESH) {
            return shown.taken.clone();
        }
        let (store, photos) = (Arc::clone(store), photos.clone());
        // A task of its own: when who asked hangs up, others must not have to write again.
        let checking = tokio::spawn(async move {
            let (taken, photos) =
                tokio::join!(timeout(LONGEST_CHECK, store.check_writable(now)), timeout(LONGEST_LOOK, photos.check()),);
            let taken = taken.unwrap_or_else(|_| Err(StoreError("a write takes too long".into())));
            let photos = photos.map_err(|_| "a look takes too long".to_owned());
            let photos = photos.and_then(|seen| seen.map_err(|error| error.to_string()));
            let taken = taken.map(|()| Ready { photos });
            *latest = Some(Shown { at: Instant::now(), taken: taken.clone() });
            taken
        });
        checking.await.unwrap_or_else(|error| Err(StoreError(format!("the check broke off: {error}"))))
    }
}
