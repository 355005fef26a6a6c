use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::pace;

/// A task that ran for so long begins with a short pause again.
const STEADY: Duration = Duration::from_mins(5);

/// Pauses grow up to that of so many failures in a row.
const MOST_FAILURES: u32 = 6;

/// Runs a task to its end; where it panics, it is started again after a pause that grows.
pub(super) async fn supervise<F>(name: &'static str, task: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut failures = 0;
    loop {
        let began = Instant::now();
        let Err(error) = tokio::spawn(task()).await else { return };
        failures = if began.elapsed() >= STEADY { 1 } else { MOST_FAILURES.min(failures + 1) };
        let pause = pace::backoff(failures);
        tracing::error!(%error, pause_ms = pause.as_millis(), "{name} broke off and is started again");
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_is_started_again_until_it_ends() {
        let runs = Arc::new(AtomicU32::new(0));
        let began = Instant::now();
        supervise("the test", || {
            let runs = Arc::clone(&runs);
            async move { assert!(runs.fetch_add(1, Ordering::SeqCst) >= 2, "not yet") }
        })
        .await;
        assert_eq!(runs.load(Ordering::SeqCst), 3);
        assert!(began.elapsed() > Duration::from_secs(2), "{:?}", began.elapsed());
    }
}
