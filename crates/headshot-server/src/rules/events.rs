use headshot_api::State;
use jiff::Timestamp;

use crate::store::{Change, EventSummary, StoredSession};

/// What an event that is believed shows at once; the provider's answer to the re-read has the last word.
pub(crate) fn on_event(before: &StoredSession, event: &EventSummary, received_at: Timestamp) -> Change {
    if !is_news(before, event) {
        return Change::default();
    }
    let change = match &event.standing {
        Some(standing) => Change {
            // The provider itself says what has become of it.
            gone_since: Some(None),
            ..Change::to(standing.clone(), event.created_at.unwrap_or(received_at))
        },
        None => Change::default(),
    };
    Change { favorite: event.favorite.clone(), ..change }
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
