use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use crate::ids::SessionId;

/// Tells waiting readers that a session changed, and the worker that there is work.
///
/// A signal carries no state: who is woken reads the store again, so a signal too many is harmless.
#[derive(Clone, Default)]
pub struct Signals {
    sessions: Arc<Mutex<HashMap<SessionId, watch::Sender<()>>>>,
    work: Arc<Notify>,
    events: watch::Sender<()>,
}

impl Signals {
    /// Starts to watch one session; changes from now on are seen.
    #[must_use]
    pub fn watch(&self, session: &SessionId) -> SessionWatch {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = sessions.entry(session.clone()).or_insert_with(|| watch::Sender::new(()));
        SessionWatch { session: session.clone(), changes: sender.subscribe(), signals: self.clone() }
    }

    /// Wakes who watches the session.
    pub fn session_changed(&self, session: &SessionId) {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = sessions.get(session) {
            sender.send_replace(());
        }
    }

    /// Wakes the worker.
    pub fn work_is_due(&self) {
        self.work.notify_one();
    }

    /// Waits until there may be work; remembers one signal that came while nobody waited.
    pub async fn work(&self) {
        self.work.notified().await;
    }

    /// Wakes who follows the stream of events.
    pub fn event_happened(&self) {
        self.events.send_replace(());
    }

    /// Starts to follow the stream of events; what happens from now on is seen.
    #[must_use]
    pub fn follow_events(&self) -> watch::Receiver<()> {
        self.events.subscribe()
    }

    /// Wakes everybody: what changed while nobody could be told is not known.
    pub fn everything_changed(&self) {
        for sender in self.sessions.lock().unwrap_or_else(PoisonError::into_inner).values() {
            sender.send_replace(());
        }
        self.work_is_due();
        self.event_happened();
    }

    /// The sessions that are being watched.
    #[must_use]
    pub fn watched(&self) -> Vec<SessionId> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// How many sessions are being watched.
    #[must_use]
    pub fn watched_sessions(&self) -> usize {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// One reader's watch over one session.
pub struct SessionWatch {
    session: SessionId,
    changes: watch::Receiver<()>,
    signals: Signals,
}

impl SessionWatch {
    /// Waits for a change since the watch began or since the last change that was seen.
    pub async fn changed(&mut self) {
        // The sender lives at least as long as this watch, so there is always somebody who could send.
        let _ = self.changes.changed().await;
    }
}

impl Drop for SessionWatch {
    fn drop(&mut self) {
        let mut sessions = self.signals.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        // This watch still counts: one receiver means that it was the last.
        if sessions.get(&self.session).is_some_and(|sender| sender.receiver_count() <= 1) {
            sessions.remove(&self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_between_watching_and_waiting_is_seen() {
        let signals = Signals::default();
        let session = SessionId::random();
        let mut watch = signals.watch(&session);
        signals.session_changed(&session);
        watch.changed().await;
    }

    #[tokio::test]
    async fn who_waits_for_anything_is_woken_when_everything_may_have_changed() {
        let signals = Signals::default();
        let (mut first, mut second) = (signals.watch(&SessionId::random()), signals.watch(&SessionId::random()));
        let mut events = signals.follow_events();
        assert_eq!(signals.watched().len(), 2);
        signals.everything_changed();
        tokio::join!(first.changed(), second.changed(), signals.work());
        events.changed().await.unwrap();
    }

    #[test]
    fn the_last_watch_to_go_leaves_nothing_behind() {
        let signals = Signals::default();
        let session = SessionId::random();
        let (first, second) = (signals.watch(&session), signals.watch(&session));
        drop(first);
        assert_eq!(signals.watched_sessions(), 1);
        drop(second);
        assert_eq!(signals.watched_sessions(), 0);
    }
}
