use headshot_api::{EventType, State};

use crate::store::StoredSession;

/// What the host application is told when a session has changed, in the order in which it is told.
pub(crate) fn news(before: &StoredSession, after: &StoredSession) -> Vec<EventType> {
    let entered = |state: &State| after.standing.state == *state && before.standing.state != *state;
    let told = [
        (before.standing != after.standing, EventType::StatusChanged),
        (entered(&State::Failed), EventType::Failed),
        (has_all_photos(after) && !(has_all_photos(before) && before.photos == after.photos), EventType::PhotosReady),
        (after.favorite.is_some() && before.favorite != after.favorite, EventType::FavoriteSelected),
        (entered(&State::Deleted), EventType::Deleted),
    ];
    told.into_iter().filter_map(|(is_so, kind)| is_so.then_some(kind)).collect()
}

/// Photos are told once, when the last of them has been copied, and again when there are others.
fn has_all_photos(session: &StoredSession) -> bool {
    session.standing.state == State::Ready && session.photos_missing == 0 && !session.photos.is_empty()
}
