//! Every interval of the server in one place, and the rules made from them.

use std::time::Duration;

use headshot_api::State;
use jiff::Timestamp;

use crate::random;
use crate::store::StoredSession;

/// How long a client token works.
pub const CLIENT_TOKEN_LIFE: Duration = Duration::from_hours(24);

/// Links to photos change once per window, so that browsers can cache them; a link works for one to two windows.
pub const LINK_WINDOW: Duration = Duration::from_hours(1);

/// The longest that `Prefer: wait=N` waits.
pub const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// The longest that any request takes, from its head to the head of its answer.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(40);

/// Two equal bodies without an event id are one event only within this time: a second choice of a favourite can have
/// the very bytes of the first.
pub const REPEATED_BODY_WINDOW: Duration = Duration::from_secs(5);

/// How long a claimed row of work is ours.
pub const LEASE: Duration = Duration::from_mins(2);

/// The longest that one attempt takes; shorter than the lease, so that no row is worked on twice at once.
pub const LONGEST_ATTEMPT: Duration = Duration::from_secs(90);

/// How many attempts run at once.
pub const ATTEMPTS_AT_ONCE: usize = 6;

/// The longest that the worker sleeps without looking.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// A photo that could not be copied in so many attempts waits for the next re-read of its session.
pub const COPY_ATTEMPTS: u32 = 30;

/// How long graceful shutdown waits for requests and attempts.
pub const DRAIN: Duration = Duration::from_secs(8);

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_mins(15);

const SHORTEST_REREAD: Duration = Duration::from_secs(30);
const LONGEST_REREAD: Duration = Duration::from_mins(15);
const QUIET_AFTER: Duration = Duration::from_hours(24);
const QUIET_REREAD: Duration = Duration::from_hours(6);
const FAVORITE_EXPECTED: Duration = Duration::from_hours(30 * 24);

/// How long to wait after the given number of failed attempts: doubling, capped, spread by a quarter either way so
/// that what failed together does not come back together.
#[must_use]
pub fn backoff(attempts: u32) -> Duration {
    let doubled = FIRST_BACKOFF.saturating_mul(1 << attempts.saturating_sub(1).min(20));
    doubled.min(LONGEST_BACKOFF).mul_f64(0.75 + random::fraction() / 2.0)
}

/// When to ask the provider again although no delivery came: webhooks get lost, and the provider gives up after hours.
///
/// The interval is half of the time since the last change, so that a moving session is asked often and a forgotten one
/// seldom. `None` where nothing more is expected.
#[must_use]
pub fn next_reread(session: &StoredSession, now: Timestamp) -> Option<Timestamp> {
    let still = Duration::try_from(now.duration_since(session.updated_at)).unwrap_or_default();
    let settled = match session.standing.state {
        State::Deleted => true,
        State::Ready => session.photos_missing == 0 && (session.favorite.is_some() || still > FAVORITE_EXPECTED),
        _ => false,
    };
    if settled {
        return None;
    }
    let longest = if still > QUIET_AFTER { QUIET_REREAD } else { LONGEST_REREAD };
    Some(now + (still / 2).clamp(SHORTEST_REREAD, longest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PhotoId, ProviderSessionId, SessionId};
    use crate::store::Standing;

    const HOUR: Duration = Duration::from_hours(1);

    fn session(state: State, favorite: Option<PhotoId>) -> StoredSession {
        StoredSession {
            id: SessionId::random(),
            provider: "headshotpro".into(),
            provider_session_id: ProviderSessionId("m".into()),
            standing: Standing { provider_status: String::new(), state },
            signed_url: None,
            test_mode: false,
            reference: None,
            photos: Vec::new(),
            photos_missing: 0,
            favorite,
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
        let session = session(State::Processing, None);
        assert_eq!(reread_after(&session, Duration::ZERO), Some(Duration::from_secs(30)));
        assert_eq!(reread_after(&session, Duration::from_mins(10)), Some(Duration::from_mins(5)));
        assert_eq!(reread_after(&session, 5 * HOUR), Some(Duration::from_mins(15)));
        assert_eq!(reread_after(&session, 30 * HOUR), Some(6 * HOUR));
    }

    #[test]
    fn a_ready_session_is_asked_until_a_favorite_is_chosen() {
        let undecided = session(State::Ready, None);
        assert!(reread_after(&undecided, HOUR).is_some());
        assert_eq!(reread_after(&undecided, 31 * 24 * HOUR), None);
        assert_eq!(reread_after(&session(State::Ready, Some(PhotoId::random())), HOUR), None);
    }

    #[test]
    fn a_deleted_session_is_not_asked_again() {
        assert_eq!(reread_after(&session(State::Deleted, None), Duration::ZERO), None);
    }

    #[test]
    fn backoff_doubles_up_to_a_cap() {
        for (attempts, seconds) in [(1, 1.0), (2, 2.0), (5, 16.0), (30, 900.0), (u32::MAX, 900.0)] {
            let wait = backoff(attempts).as_secs_f64();
            assert!((seconds * 0.75..=seconds * 1.25).contains(&wait), "{attempts}: {wait}");
        }
    }
}
