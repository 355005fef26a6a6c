//! Every interval of the server in one place; when sessions are asked about again is in `rules`.

use std::time::Duration;

use crate::photos::s3::Patience;
use crate::random;

/// How long a client token works.
pub const CLIENT_TOKEN_LIFE: Duration = Duration::from_hours(24);

/// Links to photos change once per window, so that browsers can cache them; a link works for one to two windows.
pub const LINK_WINDOW: Duration = Duration::from_hours(1);

/// How long an operator is signed in to the console at most.
pub const CONSOLE_LIFE: Duration = Duration::from_hours(8);

/// How long an operator stays signed in to the console whose browser asks for nothing.
pub const CONSOLE_IDLE: Duration = Duration::from_mins(30);

/// How long whoever tries a wrong key of the console waits for the answer.
pub const WRONG_KEY: Duration = Duration::from_secs(1);

/// The longest that `Prefer: wait=N` waits.
pub const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// The longest that any request takes, from its head to the head of its answer.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(40);

/// The longest that receiving an upload takes: 27 MB at less than a megabit a second.
pub const LONGEST_UPLOAD: Duration = Duration::from_mins(5);

/// A file that became no upload within this time is removed; longer than receiving one takes.
pub const UPLOAD_RESERVATION: Duration = Duration::from_hours(1);

/// How long uploads are kept after the last of them, submitted or not.
pub const UPLOAD_LIFE: Duration = Duration::from_hours(14 * 24);

/// How long uploads are kept after the provider was done with them.
pub const UPLOAD_LIFE_WHEN_READY: Duration = Duration::from_hours(24);

/// An upload that the provider did not take in so many attempts is one that it does not take, and a session that it did
/// not begin with is one that it does not begin with.
pub const UPLOAD_ATTEMPTS: u32 = 30;

/// Two equal bodies without an event id are one event only within this time: a second choice of a favourite can have
/// the very bytes of the first.
pub const REPEATED_BODY_WINDOW: Duration = Duration::from_secs(5);

/// How long the storage of photos may take when it is S3-compatible: longer than 27 MB take at 11 megabits a second, and
/// within a request for a photo.
pub const STORAGE: Patience = Patience {
    attempt: Duration::from_secs(20),
    whole: Duration::from_secs(30),
    attempts: 3,
    first_pause: Duration::from_millis(250),
};

/// How long a claimed row of work is ours.
pub const LEASE: Duration = Duration::from_mins(2);

/// The longest that one attempt takes; shorter than the lease, so that no row is worked on twice at once.
pub const LONGEST_ATTEMPT: Duration = Duration::from_secs(90);

/// How many attempts run at once.
pub const ATTEMPTS_AT_ONCE: usize = 6;

/// How long the worker leaves the store alone between two looks.
pub const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The longest that the worker sleeps without looking.
pub const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// What a re-read of the session does or asks for again is given up after so many attempts.
pub const ATTEMPTS_BESIDE_REREADS: u32 = 30;

/// What is too old is removed so long after the start for the first time.
pub const FIRST_PRUNING: Duration = Duration::from_mins(1);

/// How often what is too old is removed.
pub const PRUNING: Duration = Duration::from_hours(1);

/// How long clients that have connections are told with their next answer that it is the last, before these are closed.
pub const PHASE_OUT: Duration = Duration::from_secs(1);

/// How long graceful shutdown waits for requests and attempts.
pub const DRAIN: Duration = Duration::from_secs(8);

/// A session whose person has not done anything for so long since it was opened is asked about only when somebody comes
/// back to it.
pub const ABANDONED: Duration = Duration::from_hours(90 * 24);

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_mins(15);

/// What a provider says about when it takes calls again is believed up to here; its clock can be wrong.
pub const LONGEST_BUSY: Duration = Duration::from_hours(1);

/// A session that the provider has answered for so long to have no longer is deleted here too.
pub const GONE_FOR_GOOD: Duration = Duration::from_hours(7 * 24);

/// How long to wait after the given number of failed attempts: doubling, capped, spread by a quarter either way so
/// that what failed together does not come back together.
#[must_use]
pub fn backoff(attempts: u32) -> Duration {
    let doubled = FIRST_BACKOFF.saturating_mul(1 << attempts.saturating_sub(1).min(20));
    doubled.min(LONGEST_BACKOFF).mul_f64(0.75 + random::fraction() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_a_cap() {
        for (attempts, seconds) in [(1, 1.0), (2, 2.0), (5, 16.0), (30, 900.0), (u32::MAX, 900.0)] {
            let wait = backoff(attempts).as_secs_f64();
            assert!((seconds * 0.75..=seconds * 1.25).contains(&wait), "{attempts}: {wait}");
        }
    }
}
