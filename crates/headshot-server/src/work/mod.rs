//! The worker: takes rows of work that are due, attempts them, and puts off what failed.

mod copy;
mod refresh;
mod remove;
mod resolve;
mod resting;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub(crate) use self::resting::Resting;
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
        // However many deliveries come, what they ask for is looked for so often at most.
        sleep(pace::BETWEEN_LOOKS).await;
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
        let due = claim(app, pace::ATTEMPTS_AT_ONCE).await?;
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
    for work in claim(app, free).await? {
        attempts.spawn(attempt(Arc::clone(app), work));
    }
    if attempts.len() >= pace::ATTEMPTS_AT_ONCE {
        return Ok(pace::LONGEST_SLEEP);
    }
    let (resting, wakes_at) = app.resting.now(app.now());
    let due_at = app.store.next_work_due_at(resting).await?.into_iter().chain(wakes_at).min().unwrap_or(Timestamp::MAX);
    let pause = Duration::try_from(due_at.duration_since(app.now())).unwrap_or_default();
    Ok(pause.min(pace::LONGEST_SLEEP))
}

async fn claim(app: &App, limit: usize) -> Result<Vec<Work>, StoreError> {
    let (resting, _) = app.resting.now(app.now());
    app.store.claim_work(app.now(), pace::LEASE, limit, resting).await
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

async fn carry_out(app: &App, work: &Work) -> Result<(), Failure> {
    match &work.task {
        Task::RefreshSession { references, opened_at, .. } => refresh::session(app, work, references, *opened_at).await,
        Task::ResolveDelivery { reference } => resolve::delivery(app, work, reference).await,
        Task::CopyPhoto { photo, source_url, source_expires_at, .. } => {
            copy::photo(app, work, photo, source_url.as_deref(), *source_expires_at).await
        }
        Task::RemoveFile { name } => remove::file(app, work, name).await,
        Task::SyncUpload { references, upload, .. } => uploads::sync(app, work, references, upload).await,
        Task::SubmitSession { references, .. } => uploads::submit(app, work, references).await,
        Task::RemoveUpload { name } => uploads::remove(app, work, name).await,
        Task::ForgetUploads { .. } => Ok(app.store.forget_uploads(work.clone(), app.now()).await?),
    }
}

/// Why an attempt failed, and what that means for the next one.
struct Failure {
    reason: String,
    /// The provider takes no calls before.
    busy_until: Option<Timestamp>,
    reread: bool,
}

impl Failure {
    fn other(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string(), busy_until: None, reread: false }
    }

    fn not_configured() -> Self {
        Self::other("the provider is not configured")
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::other(error)
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        let busy_until = if let ProviderError::Busy { until } = error { Some(until) } else { None };
        Self { busy_until, ..Self::other(error) }
    }
}

/// Whether the next re-read of the session does the same or asks for it again.
fn gives_way_to_rereads(task: &Task) -> bool {
    matches!(task, Task::CopyPhoto { .. } | Task::ResolveDelivery { .. })
}

async fn put_off(app: &App, work: Work, failure: Failure) -> Result<(), StoreError> {
    if let Some(until) = failure.busy_until {
        app.resting.rest(&work.provider, until);
        return app.store.return_work(work).await;
    }
    let session = work.task.session().map(ToString::to_string);
    let (task, attempts) = (work.task.as_str(), work.attempts);
    tracing::warn!(session, task, attempts, reason = %failure.reason, "an attempt failed");
    if gives_way_to_rereads(&work.task) && attempts >= pace::ATTEMPTS_BESIDE_REREADS {
        tracing::error!(session, task, attempts, "given up until the session is read again");
        return app.store.finish_work(work).await;
    }
    let due_at = app.now() + pace::backoff(attempts);
    app.store.postpone_work(work, due_at, failure.reread, failure.reason).await
}
