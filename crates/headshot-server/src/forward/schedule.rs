use std::time::Duration;

use jiff::Timestamp;

use super::attempt::Answer;
use crate::random;
use crate::store::{Outcome, Sending};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// How long after each failed attempt of one event the next one follows; after the last it is given up.
const WAITS: [Duration; 9] = [
    SECOND.saturating_mul(5),
    MINUTE.saturating_mul(5),
    MINUTE.saturating_mul(30),
    HOUR.saturating_mul(2),
    HOUR.saturating_mul(5),
    HOUR.saturating_mul(10),
    HOUR.saturating_mul(14),
    HOUR.saturating_mul(20),
    HOUR.saturating_mul(24),
];

/// An address that asks for more time than this is asked again all the same.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(24);

/// After so many failures in a row, whatever the events, an address is left alone as a whole.
const SICK_AFTER: u32 = 3;

const LONGEST_SICK: Duration = Duration::from_mins(5);

/// The status of an address that wants nothing any more.
const GONE: u16 = 410;

/// What an answer means for the event and for the address.
pub(super) fn outcome(answer: Answer, sending: &Sending, now: Timestamp) -> Outcome {
    let Some(error) = answer.error else {
        return Outcome { has_arrived: true, status: answer.status, ..Outcome::default() };
    };
    if answer.status == Some(GONE) {
        return Outcome {
            status: answer.status,
            error: Some("the address wants nothing any more".into()),
            retry_at: Some(now + LONGEST_RETRY_AFTER),
            is_unwanted: true,
            ..Outcome::default()
        };
    }
    let asked_for = answer.retry_after.map(|wait| wait.min(LONGEST_RETRY_AFTER)).unwrap_or_default();
    let wait = usize::try_from(sending.attempts).ok().and_then(|attempts| WAITS.get(attempts.checked_sub(1)?));
    Outcome {
        has_arrived: false,
        status: answer.status,
        error: Some(error),
        retry_at: wait.map(|wait| now + spread(*wait).max(asked_for)),
        sick_until: sick_for(sending.failures + 1).map(|sick| now + spread(sick).max(asked_for)),
        is_unwanted: false,
    }
}

/// How long an address is left alone that has failed so often in a row.
fn sick_for(failures: u32) -> Option<Duration> {
    let beyond = failures.checked_sub(SICK_AFTER)?;
    Some((5 * SECOND).saturating_mul(1 << beyond.min(10)).min(LONGEST_SICK))
}

/// A little longer at random, so that what failed together does not come back together.
fn spread(wait: Duration) -> Duration {
    wait.mul_f64(1.0 + random::fraction() / 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::EventId;
    use crate::store::{Snapshot, StoredEvent};

    const NOW: Timestamp = Timestamp::constant(1_767_323_045, 0);

    fn sending(attempts: u32, failures: u32) -> Sending {
        let snapshot = serde_json::from_value::<Snapshot>(serde_json::json!({
            "session_id": "ses_1", "reference": null, "provider": "p", "state": "ready", "provider_status": "active",
            "test_mode": false, "photos": [], "favorite": null,
        }));
        let event = StoredEvent {
            seq: 1,
            id: EventId::random(),
            kind: "session.opened".into(),
            source: "host".into(),
            created_at: NOW,
            snapshot: snapshot.unwrap(),
        };
        Sending { id: 1, lease: 1, endpoint: "e".into(), attempts, failures, event }
    }

    fn refused(status: u16, retry_after: Option<Duration>) -> Answer {
        Answer { status: Some(status), retry_after, error: Some("status".into()) }
    }

    fn seconds_until(at: Option<Timestamp>) -> i64 {
        at.map_or(-1, |at| at.duration_since(NOW).as_secs())
    }

    #[test]
    fn ten_attempts_are_spread_over_three_days_and_then_it_is_given_up() {
        let waits: Vec<_> =
            (1..=10).map(|n| seconds_until(outcome(refused(500, None), &sending(n, 0), NOW).retry_at)).collect();
        for (wait, planned) in waits.iter().zip(WAITS) {
            let planned = i64::try_from(planned.as_secs()).unwrap();
            assert!((planned..=planned * 6 / 5).contains(wait), "{waits:?}");
        }
        assert_eq!(waits[9], -1);
    }

    #[test]
    fn an_address_that_asks_for_time_gets_it_within_reason() {
        let asked = |wait| seconds_until(outcome(refused(503, Some(wait)), &sending(1, 0), NOW).retry_at);
        assert_eq!(asked(10 * MINUTE), 600);
        assert_eq!(asked(1000 * HOUR), 24 * 3600);
    }

    #[test]
    fn an_address_that_fails_again_and_again_is_left_alone_as_a_whole() {
        let sick = |failures| seconds_until(outcome(refused(500, None), &sending(1, failures), NOW).sick_until);
        assert_eq!([sick(0), sick(1)], [-1, -1]);
        assert!((5..=6).contains(&sick(2)) && (10..=12).contains(&sick(3)) && (300..=360).contains(&sick(30)));
    }

    #[test]
    fn an_address_that_is_gone_is_told_nothing_more_and_nothing_is_given_up() {
        let gone = outcome(refused(410, None), &sending(1, 0), NOW);
        assert!(gone.is_unwanted && gone.retry_at.is_some());
    }
}
