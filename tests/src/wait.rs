//! Waiting for a condition with a deadline instead of sleeping and hoping.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// Longest that a test waits for anything: generous, for slow shared machines; reached only by a failure.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Asks `check` again and again until it gives a value.
///
/// # Errors
///
/// With what was awaited, and the last error of `check`, after [`PATIENCE`].
pub async fn until<T>(what: &str, mut check: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let outcome = check().await;
        if let Ok(Some(value)) = outcome {
            return Ok(value);
        }
        if Instant::now() >= deadline {
            let reason = outcome.err().map_or_else(String::new, |error| format!(": {error:#}"));
            bail!("waited {} s in vain for {what}{reason}", PATIENCE.as_secs());
        }
        sleep(Duration::from_millis(50)).await;
    }
}
