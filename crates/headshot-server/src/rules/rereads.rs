use std::time::Duration;

use headshot_api::State;
use jiff::Timestamp;

use crate::pace;
use crate::store::StoredSession;

const SHORTEST: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_hours(24);

/// While the provider has something to do, and the session is not forgotten.
const LONGEST_ON_THE_WAY: Duration = Duration::from_mins(15);

/// When to ask the provider again although no delivery came: webhooks get lost, and the provider gives up after hours.
///
/// The interval is half of the time since the last change, so that a moving session is asked often and a forgotten one
/// seldom. It never ends before the session does: a person can choose another photo, and a provider delete a session,
/// long after everything seemed settled. Only what nobody ever began is left alone, until somebody comes back to it.
pub(crate) fn next_reread(session: &StoredSession, now: Timestamp) -> Option<Timestamp> {
    if session.removed_at.is_some() || is_abandoned(session, now) {
        return None;
    }
    let still = Duration::try_from(now.duration_since(session.updated_at)).unwrap_or_default();
    Some(now + (still / 2).clamp(SHORTEST, longest(session, still)))
}

/// Whether somebody who reads the session comes back to one that was left alone, so that the provider is to be asked.
pub(crate) fn is_come_back_to(session: &StoredSession, now: Timestamp) -> bool {
    // How new the provider's word is tells when it was asked.
    is_abandoned(session, now) && now >= session.standing_at + LONGEST_ON_THE_WAY
}

/// Whether its person has never done anything, for so long that nobody waits for it: since it was opened, the provider
/// has said nothing but that it awaits the person. One that has ever moved is no such session, wherever it stands now.
fn is_abandoned(session: &StoredSession, now: Timestamp) -> bool {
    session.standing.state == State::AwaitingUser
        && session.updated_at == session.created_at
        && now >= session.created_at + pace::ABANDONED
}

fn longest(session: &StoredSession, still: Duration) -> Duration {
    let is_on_the_way = !matches!(session.standing.state, State::Ready | State::Deleted) || session.photos_missing > 0;
    match still {
        _ if still < DAY && is_on_the_way => LONGEST_ON_THE_WAY,
        _ if still < 30 * DAY => DAY / 4,
        _ if still < 90 * DAY => DAY,
        _ => 30 * DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PhotoId, SessionId};
    use crate::references::References;
    use crate::store::{Standing, Submission};

    const HOUR: Duration = Duration::from_hours(1);

    fn session(state: State) -> StoredSession {
        StoredSession {
            id: SessionId::random(),
            provider: "p".into(),
            references: References::none(),
            standing: Standing { provider_status: String::new(), state },
            standing_at: Timestamp::UNIX_EPOCH,
            gone_since: None,
            run: None,
            offer: None,
            submission: Submission::Open,
            test_mode: false,
            reference: None,
            photos: Vec::new(),
            photos_missing: 0,
            favorite: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            removed_at: None,
        }
    }

    fn reread_after(session: &StoredSession, still: Duration) -> Option<Duration> {
        let now = Timestamp::UNIX_EPOCH + still;
        next_reread(session, now).map(|at| Duration::try_from(at.duration_since(now)).unwrap())
    }

    #[test]
    fn a_moving_session_is_asked_often_and_a_forgotten_one_seldom() {
        let session = session(State::Processing);
        assert_eq!(reread_after(&session, Duration::ZERO), Some(Duration::from_secs(30)));
        assert_eq!(reread_after(&session, Duration::from_mins(10)), Some(Duration::from_mins(5)));
        assert_eq!(reread_after(&session, 5 * HOUR), Some(Duration::from_mins(15)));
        assert_eq!(reread_after(&session, 30 * HOUR), Some(6 * HOUR));
        assert_eq!(reread_after(&session, 1000 * HOUR), Some(24 * HOUR));
        assert_eq!(reread_after(&session, 10_000 * HOUR), Some(30 * 24 * HOUR));
    }

    #[test]
    fn a_settled_session_is_asked_again_too() {
        let settled = StoredSession { favorite: Some(PhotoId::random()), ..session(State::Ready) };
        assert_eq!(reread_after(&settled, Duration::from_mins(2)), Some(Duration::from_mins(1)));
        assert_eq!(reread_after(&settled, 5 * HOUR), Some(150 * Duration::from_mins(1)));
        assert!(reread_after(&settled, 20_000 * HOUR).is_some());
    }

    #[test]
    fn what_nobody_ever_began_is_left_alone_and_nothing_else() {
        let never = session(State::AwaitingUser);
        assert_eq!(reread_after(&never, 89 * DAY), Some(DAY));
        assert_eq!(reread_after(&never, pace::ABANDONED), None);
        for state in [State::InReview, State::Processing, State::Ready, State::Failed, State::Deleted] {
            assert!(reread_after(&session(state), 1000 * DAY).is_some());
        }
        // It was further once, and its person is asked for again.
        let again = StoredSession { updated_at: Timestamp::UNIX_EPOCH + DAY, ..session(State::AwaitingUser) };
        assert!(reread_after(&again, 1000 * DAY).is_some());
    }

    #[test]
    fn whoever_comes_back_makes_the_provider_asked_now_and_then() {
        let asked_at = Timestamp::UNIX_EPOCH + 100 * DAY;
        let never = StoredSession { standing_at: asked_at, ..session(State::AwaitingUser) };
        assert!(!is_come_back_to(&never, asked_at + Duration::from_mins(14)));
        assert!(is_come_back_to(&never, asked_at + Duration::from_mins(15)));
        let young = StoredSession { standing_at: Timestamp::UNIX_EPOCH, ..never };
        assert!(!is_come_back_to(&young, Timestamp::UNIX_EPOCH + 89 * DAY), "it is asked about anyway");
    }

    #[test]
    fn a_tombstone_is_not_asked_about() {
        let removed = StoredSession { removed_at: Some(Timestamp::UNIX_EPOCH), ..session(State::Deleted) };
        assert_eq!(reread_after(&removed, Duration::ZERO), None);
    }
}
