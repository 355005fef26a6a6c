//! The worker: takes rows of work that are due, attempts them, and puts off what failed.

mod copy;
mod refresh;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::pace;
use crate::provider::ProviderError;
use crate::store::{StoreError, Task, Work};

/// Works until the app stops; attempts under way are then given a moment to end.
pub async fn run(app: Arc<App>) {
    let mut attempts = JoinSet::new();
    loop {
        let pause = start_due(&app, &mut attempts).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the worker could not read what is due");
            Duration::from_secs(1)
        });
        tokio::select! {
            () = app.stopped() => break,
            () = app.store.signals().work() => {}
            () = sleep(pause) => {}
            Some(ended) = attempts.join_next(), if !attempts.is_empty() => note_panic(ended),
        }
    }
    // What does not end in time is done again by the next process.
    let _ = timeout(pace::DRAIN, async { while attempts.join_next().await.is_some() {} }).await;
}

/// Attempts everything that is due now, and what that makes due, and returns when nothing is.
///
/// # Errors
/// The store cannot be read or written.
pub async fn run_due(app: &Arc<App>) -> Result<(), StoreError> {
    loop {
        let due = app.store.claim_work(app.now(), pace::LEASE, pace::ATTEMPTS_AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut attempts: JoinSet<()> = due.into_iter().map(|work| attempt(Arc::clone(app), work)).collect();
        while let Some(ended) = attempts.join_next().await {
            note_panic(ended);
        }
    }
}

async fn start_due(app: &Arc<App>, attempts: &mut JoinSet<()>) -> Result<Duration, StoreError> {
    let free = pace::ATTEMPTS_AT_ONCE.saturating_sub(attempts.len());
    if free == 0 {
        return Ok(pace::LONGEST_SLEEP);
    }
    for work in app.store.claim_work(app.now(), pace::LEASE, free).await? {
        attempts.spawn(attempt(Arc::clone(app), work));
    }
    if attempts.len() >= pace::ATTEMPTS_AT_ONCE {
        return Ok(pace::LONGEST_SLEEP);
    }
    let due_at = app.store.next_work_due_at().await?.unwrap_or(Timestamp::MAX);
    let pause = Duration::try_from(due_at.duration_since(app.now())).unwrap_or_default();
    Ok(pause.min(pace::LONGEST_SLEEP))
}

fn note_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "an attempt broke off; its row is due again when its lease ends");
    }
}

async fn attempt(app: Arc<App>, work: Work) {
    let outcome = timeout(pace::LONGEST_ATTEMPT, carry_out(&app, &work)).await;
    let outcome = outcome.unwrap_or_else(|_| Err(Failure::other("the attempt took too long")));
    let settled = match outcome {
        Ok(()) => Ok(()),
        Err(failure) => put_off(&app, work, failure).await,
    };
    if let Err(error) = settled {
        tracing::error!(%error, "an attempt's outcome could not be stored; its row is due again when its lease ends");
    }
}

async fn carry_out(app: &Arc<App>, work: &Work) -> Result<(), Failure> {
    match &work.task {
        Task::RefreshSession => refresh::session(app, work).await,
        Task::CopyPhoto { source_url, source_expires_at, .. } => {
            copy::photo(app, work, source_url.as_deref(), *source_expires_at).await
        }
    }
}

/// Why an attempt failed, and what that means for the next one.
struct Failure {
    reason: String,
    not_before: Option<Timestamp>,
    reread: bool,
}

impl Failure {
    fn other(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string(), not_before: None, reread: false }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::other(error)
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        let not_before = if let ProviderError::Busy { until } = error { until } else { None };
        Self { not_before, ..Self::other(error) }
    }
}

async fn put_off(app: &Arc<App>, work: Work, failure: Failure) -> Result<(), StoreError> {
    let (session, task, attempts) = (work.session.to_string(), work.task.as_str(), work.attempts);
    tracing::warn!(%session, task, attempts, reason = %failure.reason, "an attempt failed");
    if matches!(work.task, Task::CopyPhoto { .. }) && attempts >= pace::COPY_ATTEMPTS {
        tracing::error!(%session, task, attempts, "the photo waits for the next re-read of its session");
        return app.store.abandon_work(work).await;
    }
    let by_backoff = app.now() + pace::backoff(attempts);
    let due_at = failure.not_before.map_or(by_backoff, |not_before| not_before.max(by_backoff));
    app.store.postpone_work(work, due_at, failure.reread, failure.reason).await
}
