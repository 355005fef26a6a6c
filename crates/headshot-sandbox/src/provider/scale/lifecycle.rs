//! The way from a photo to the finished one, by the clock: no document says how long it takes.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::sleep;

use super::{
    account::Account,
    session::{State, Submission},
};
use crate::{Speed, stand_in::StandIn};

/// How long a submission waits that no admin reviews.
const ACCEPTANCE: Duration = Duration::from_secs(20);
const ENHANCEMENT: Duration = Duration::from_mins(2);
/// How long a link waits for the person.
const SESSION: Duration = Duration::from_hours(24);

/// When a session ends that nobody came to.
pub(super) fn session_end(created_at: Timestamp, speed: Speed) -> Timestamp {
    created_at + speed.shorten(SESSION)
}

/// Enhances a submission, and accepts it if no admin has to \[s-help-studio\].
pub(super) fn work(account: &Arc<Account>, submission: &Submission) {
    if !account.config.review {
        later(account, submission, ACCEPTANCE, accept);
    }
    later(account, submission, ENHANCEMENT, |submission| submission.is_enhanced = true);
}

fn accept(submission: &mut Submission) {
    if submission.state == State::Pending {
        submission.state = State::Accepted;
    }
}

fn later(account: &Arc<Account>, submission: &Submission, pause: Duration, change: fn(&mut Submission)) {
    let (id, pause) = (submission.id.clone(), account.backstage().speed.shorten(pause));
    let account = Arc::downgrade(account);
    tokio::spawn(async move {
        sleep(pause).await;
        if let Some(account) = account.upgrade() {
            // It may have been deleted meanwhile.
            let _ = account.change_submission(&id, change);
        }
    });
}
