//! What is kept, for how long, and the task that removes the rest: in small steps, so that no delivery waits for it.

pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

pub(crate) use self::settings::Retention;
use crate::app::App;
use crate::pace;
use crate::store::{Pruned, Store, StoreError};

/// So many rows of each kind are removed in one transaction.
const STEP: usize = 200;

/// Between two steps, others write.
const PAUSE: Duration = Duration::from_millis(20);

/// Removes what has become too old, from time to time, until the app stops.
pub(crate) async fn run(app: Arc<App>) {
    let mut pause = pace::FIRST_PRUNING;
    loop {
        tokio::select! {
            () = app.stopped() => return,
            () = sleep(pause) => {}
        }
        pause = pace::PRUNING;
        tokio::select! {
            () = app.stopped() => return,
            pruned = prune(&app) => report(pruned),
        }
    }
}

/// Removes everything that is too old now, and says how much that was.
///
/// # Errors
/// The store cannot be written; what was removed before stays removed.
///
/// ```no_run
/// # async fn doc(app: &headshot_server::App) -> Result<(), headshot_server::store::StoreError> {
/// let pruned = headshot_server::retention::prune(app).await?;
/// println!("{} bodies, {} photos", pruned.bodies, pruned.photos);
/// # Ok(())
/// # }
/// ```
pub async fn prune(app: &App) -> Result<Pruned, StoreError> {
    prune_store(app.store.as_ref(), &app.retention, app.now()).await
}

pub(crate) async fn prune_store(
    store: &dyn Store,
    retention: &Retention,
    now: Timestamp,
) -> Result<Pruned, StoreError> {
    let horizons = retention.horizons(now);
    let mut pruned = Pruned::default();
    loop {
        let step = store.prune(horizons, STEP, now).await?;
        if step == Pruned::default() {
            return Ok(pruned);
        }
        pruned += step;
        sleep(PAUSE).await;
    }
}

fn report(pruned: Result<Pruned, StoreError>) {
    match pruned {
        Ok(pruned) if pruned == Pruned::default() => tracing::debug!("nothing is too old"),
        Ok(Pruned { bodies, deliveries, photos, sendings, events, tokens }) => {
            tracing::info!(bodies, deliveries, photos, sendings, events, tokens, "removed what is too old");
        }
        Err(error) => tracing::error!(%error, "what is too old could not be removed; it is tried again"),
    }
}
