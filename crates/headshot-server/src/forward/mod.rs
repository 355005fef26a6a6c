//! Telling the host application: every event to each of its addresses, at least once, of each session in order.
//!
//! Each address has a forwarder of its own, so that a slow or sick one holds up no other.

mod attempt;
mod schedule;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub(crate) use self::attempt::LONGEST_ATTEMPT;
use self::attempt::Sender;
pub(crate) use self::settings::{Address, SigningKey};
use crate::app::App;
use crate::pace;
use crate::store::{Endpoint, Sending, StoreError};

/// So many events are on their way to one address at once, each of another session.
const AT_ONCE: usize = 4;

/// How long a claimed event is ours; longer than any attempt.
const LEASE: Duration = Duration::from_mins(2);

/// Tells every address what it is due, until the app stops.
pub async fn run(app: Arc<App>) {
    let mut forwarders = JoinSet::new();
    for address in &app.credentials().addresses {
        forwarders.spawn(forward(Arc::clone(&app), address.clone()));
    }
    while let Some(ended) = forwarders.join_next().await {
        // Who watches over this task starts all of them again.
        if let Err(error) = ended {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

/// Sends everything that is due now, and returns when nothing is.
///
/// # Errors
/// The store cannot be read or written.
pub async fn run_due(app: &Arc<App>) -> Result<(), StoreError> {
    for address in &app.credentials().addresses {
        let sender = Arc::new(sender(app, address));
        loop {
            let due = app.store.claim_sendings(&address.name(), app.now(), LEASE, AT_ONCE).await?;
            if due.is_empty() {
                break;
            }
            for sending in due {
                send(app, &sender, sending).await;
            }
        }
    }
    Ok(())
}

/// The addresses, as the store knows them.
pub(crate) fn endpoints(addresses: &[Address]) -> Vec<Endpoint> {
    addresses.iter().map(|address| Endpoint { name: address.name(), types: address.types.clone() }).collect()
}

fn sender(app: &App, address: &Address) -> Sender {
    Sender::new(app.guarded.clone(), app.guard.clone(), address.url.clone())
}

async fn forward(app: Arc<App>, address: Address) {
    let name = address.name();
    let sender = Arc::new(sender(&app, &address));
    let mut events = app.store.signals().follow_events();
    let mut attempts = JoinSet::new();
    loop {
        let pause = start_due(&app, &name, &sender, &mut attempts).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the forwarder could not read what is due");
            Duration::from_secs(1)
        });
        tokio::select! {
            () = app.stopped() => break,
            () = next_event(&mut events) => {}
            () = sleep(pause) => {}
            Some(ended) = attempts.join_next(), if !attempts.is_empty() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "an attempt broke off; the event is sent again when its lease ends");
                }
            }
        }
    }
    // What does not end in time is sent again by the next process, with the same id.
    let _ = timeout(pace::DRAIN, async { while attempts.join_next().await.is_some() {} }).await;
}

async fn next_event(events: &mut watch::Receiver<()>) {
    // The sender lives in the store's signals, which live as long as the app.
    let _ = events.changed().await;
}

async fn start_due(
    app: &Arc<App>,
    name: &str,
    sender: &Arc<Sender>,
    attempts: &mut JoinSet<()>,
) -> Result<Duration, StoreError> {
    let free = AT_ONCE.saturating_sub(attempts.len());
    if free > 0 {
        for sending in app.store.claim_sendings(name, app.now(), LEASE, free).await? {
            let (app, sender) = (Arc::clone(app), Arc::clone(sender));
            attempts.spawn(async move { send(&app, &sender, sending).await });
        }
    }
    if attempts.len() >= AT_ONCE {
        return Ok(pace::LONGEST_SLEEP);
    }
    let due_at = app.store.next_sending_due_at(name).await?.unwrap_or(Timestamp::MAX);
    let pause = Duration::try_from(due_at.duration_since(app.now())).unwrap_or_default();
    Ok(pause.clamp(Duration::from_millis(10), pace::LONGEST_SLEEP))
}

async fn send(app: &App, sender: &Sender, sending: Sending) {
    let event = crate::view::event(app, &sending.event);
    let answer = sender.send(&event, app.credentials().signing_keys(&sending.endpoint), app.now()).await;
    let outcome = schedule::outcome(answer, &sending, app.now());
    let (id, attempts, status) = (sending.event.id.to_string(), sending.attempts, outcome.status);
    match &outcome.error {
        None => tracing::debug!(id, attempts, status, "an event was told"),
        Some(error) if outcome.retry_at.is_some() => {
            tracing::warn!(id, attempts, status, error, "an event was not told");
        }
        Some(error) => tracing::error!(id, attempts, status, error, "an event was given up"),
    }
    if let Err(error) = app.store.settle_sending(sending, outcome, app.now()).await {
        tracing::error!(%error, "what became of an event could not be stored; it is sent again");
    }
}
