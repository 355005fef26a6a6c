use headshot_api::State;
use jiff::Timestamp;

use super::submissions;
use crate::pace;
use crate::store::{Change, Living, Reading, Standing, StoredSession};

/// What the provider's answer shows; it has the last word over events.
pub(crate) fn on_reading(before: &StoredSession, reading: Reading, asked_at: Timestamp, now: Timestamp) -> Change {
    match reading {
        Reading::Gone => on_gone(before, asked_at, now),
        Reading::Living(living) if living.standing.state == State::Deleted => {
            Change { removes: true, ..Change::to(living.standing, asked_at) }
        }
        Reading::Living(living) => {
            let photos_expired = is_over(&living, now);
            let living = if photos_expired { without_photos(before, living) } else { living };
            let change = Change { photos_expired, ..on_living(before, living, asked_at) };
            submissions::seen(before, change, now)
        }
    }
}

/// "No such session" can also mean a wrong key or address. Copies are destroyed only when the provider has said so
/// itself, in an event or as a status, or when it goes on answering so for long.
fn on_gone(before: &StoredSession, asked_at: Timestamp, now: Timestamp) -> Change {
    let was_reported = before.standing.state == State::Deleted && before.gone_since.is_none();
    let since = before.gone_since.unwrap_or(now);
    let gone = Standing { provider_status: "deleted".into(), state: State::Deleted };
    Change {
        gone_since: Some(since),
        removes: was_reported || now >= since + pace::GONE_FOR_GOOD,
        ..Change::to(gone, asked_at)
    }
}

fn on_living(before: &StoredSession, living: Living, asked_at: Timestamp) -> Change {
    // A second shoot can come and go without a single delivery reaching us; its photos are not the first one's.
    let is_another_run = matches!((&before.run, &living.run), (Some(known), Some(run)) if known != run);
    let change = Change::to(living.standing, asked_at);
    Change {
        ends_run: change.ends_run || is_another_run,
        run: living.run.filter(|_| living.photos.is_some()),
        photos: living.photos,
        favorite: living.favorite,
        references: living.references,
        ..change
    }
}

/// Whether the provider was done, and has removed the photos since.
fn is_over(living: &Living, now: Timestamp) -> bool {
    living.standing.state == State::Ready && living.photos_until.is_some_and(|until| until <= now)
}

/// What was copied stays; where nothing was, there is nothing to show for it any more.
fn without_photos(before: &StoredSession, living: Living) -> Living {
    let state = if before.photos.is_empty() { State::Failed } else { State::Ready };
    Living { standing: Standing { state, ..living.standing }, photos: Some(Vec::new()), ..living }
}
