use std::time::Duration;

use headshot_api::State;
use jiff::Timestamp;

use super::submissions;
use crate::store::{Change, EventSummary, StoredSession};

/// So far ahead of ours may a provider's clock be.
const A_CLOCK_OFF: Duration = Duration::from_mins(5);

/// What an event that is believed shows at once; the provider's answer to the re-read has the last word.
pub(crate) fn on_event(before: &StoredSession, event: &EventSummary, received_at: Timestamp) -> Change {
    if !is_news(before, event) {
        return Change::default();
    }
    let change = match &event.standing {
        Some(standing) => Change::to(standing.clone(), happened_at(event, received_at)),
        None => Change::default(),
    };
    submissions::seen(before, Change { favorite: event.favorite.clone(), ..change }, received_at)
}

/// When it happened. A time far in the future would make everything that follows look old.
fn happened_at(event: &EventSummary, received_at: Timestamp) -> Timestamp {
    event.created_at.map_or(received_at, |at| at.min(received_at + A_CLOCK_OFF))
}

/// Deliveries come late and out of order. One with a time is news when it is not older than what we know; one without
/// a time only when it leads forward.
fn is_news(before: &StoredSession, event: &EventSummary) -> bool {
    match (event.created_at, &event.standing) {
        (Some(created_at), _) => before.standing_at <= created_at,
        (None, Some(standing)) => progress(&standing.state) >= progress(&before.standing.state),
        (None, None) => true,
    }
}

fn progress(state: &State) -> u8 {
    match state {
        State::AwaitingUser => 0,
        State::InReview => 1,
        State::Ready | State::Failed => 3,
        State::Deleted => 4,
        _ => 2,
    }
}
