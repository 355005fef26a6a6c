use super::Signals;
use crate::ids::SessionId;

/// What a transaction did that others wait for; told after the commit, never after a rollback.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    pub(super) changed: Vec<SessionId>,
    pub(super) work_is_due: bool,
    pub(super) event_happened: bool,
    pub(super) photos_lost: u64,
}

impl News {
    pub(super) fn session_changed(&mut self, session: &SessionId) {
        self.changed.push(session.clone());
    }

    pub(super) fn work_is_due(&mut self) {
        self.work_is_due = true;
    }

    pub(super) fn event_happened(&mut self) {
        self.event_happened = true;
    }

    pub(super) fn photo_lost(&mut self) {
        self.photos_lost += 1;
    }

    pub(super) fn add(&mut self, mut more: Self) {
        self.changed.append(&mut more.changed);
        self.work_is_due |= more.work_is_due;
        self.event_happened |= more.event_happened;
        self.photos_lost += more.photos_lost;
    }

    pub(super) fn tell(&self, signals: &Signals) {
        for session in &self.changed {
            signals.session_changed(session);
        }
        if self.work_is_due {
            signals.work_is_due();
        }
        if self.event_happened {
            signals.event_happened();
        }
    }
}
