//! The way from a queued job to its results, by the clock: no document says how long it takes.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::sleep;

use super::{
    account::Account,
    books::Books,
    job::{Job, State},
    photo::{Owner, Photo},
};
use crate::{Speed, stand_in::StandIn};

/// How long the check of the photos takes.
const CHECK: Duration = Duration::from_secs(5);
/// The steps after the check, each with the time before it.
const STEPS: [(Duration, State); 2] =
    [(Duration::from_secs(30), State::Processing), (Duration::from_secs(145), State::Complete)];
/// How long a job's files stay: about two weeks \[k-js\].
const FILES_STAY: Duration = Duration::from_hours(14 * 24);

/// When the files go of a job that is complete at `now`.
pub(super) fn expiry(now: Timestamp, speed: Speed) -> Timestamp {
    now + speed.shorten(FILES_STAY)
}

/// Checks a job's photos and leads it to `complete`, unless something else takes charge of it meanwhile.
pub(super) fn walk(account: &Arc<Account>, job: &Job, skips_check: bool) {
    let (id, walk, speed) = (job.id, job.walk, account.backstage().speed);
    let account = Arc::downgrade(account);
    tokio::spawn(async move {
        sleep(speed.shorten(CHECK)).await;
        let Some(strong) = account.upgrade() else { return };
        let checked = strong.advance(id, walk, |books| if skips_check { GOOD } else { check(books, id) });
        drop(strong);
        if checked != Ok(State::Queued) {
            return;
        }
        for (pause, next) in STEPS {
            sleep(speed.shorten(pause)).await;
            let Some(account) = account.upgrade() else { return };
            if account.advance(id, walk, |_| (next, Vec::new())).is_err() {
                return;
            }
        }
    });
}

const GOOD: (State, Vec<String>) = (State::Queued, Vec::new());

/// `queued`, or `error` with what is wrong with the photos.
fn check(books: &Books, job: u64) -> (State, Vec<String>) {
    let flaws: Vec<_> = books.photos_of(Owner::Job(job)).filter_map(Photo::flaw).collect();
    if flaws.is_empty() { GOOD } else { (State::Error, flaws) }
}
