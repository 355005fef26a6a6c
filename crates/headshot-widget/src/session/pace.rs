use super::fault::Fault;

/// Asks begin at least this far apart, even where a server answers a waiting request at once.
const SPACING_MS: u32 = 1_000;
/// How long to wait before asking a server that gives no `ETag` and so cannot wait for a change.
const PLAIN_INTERVAL_MS: u32 = 3_000;
/// How long to leave the server alone once the headshots are there and nobody is in the studio.
const SETTLED_INTERVAL_MS: u32 = 150_000;
/// A single failure is repeated so soon that nobody needs to hear of it.
const REPEAT_MS: u32 = 300;
/// Afterwards, so that the person sees within two seconds that the server is back.
const RECOVERY_MS: u32 = 1_500;
/// For so many attempts, which is five minutes on average; then ever more slowly.
const RECOVERY_ATTEMPTS: u32 = 270;
const LONGEST_BACK_OFF_MS: u32 = 30_000;
const LONGEST_RETRY_AFTER_S: u32 = 3_600;

/// How one request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server answered; `can_wait` when it gave an `ETag` to wait on, `is_settled` when nothing more is to come
    /// unless the person does something in the studio.
    Answered { can_wait: bool, is_settled: bool },
    /// It did not, or not with the session.
    Failed { fault: Fault, retry_after_s: Option<u32> },
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask after this many milliseconds.
    AskIn(u32),
    /// Ask no more until woken.
    Rest,
}

/// When to ask again: at once after an answer, soon after a failure, ever more slowly after many.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    failures: u32,
}

impl Pace {
    /// `elapsed_ms` is how long the request took; `random` lies in 0..1 and spreads many browsers over time.
    pub(crate) fn next(&mut self, outcome: &Outcome, elapsed_ms: u32, random: f64) -> Next {
        match outcome {
            Outcome::Answered { can_wait, is_settled } => {
                self.failures = 0;
                let spacing = match (is_settled, can_wait) {
                    (true, _) => SETTLED_INTERVAL_MS,
                    (false, true) => SPACING_MS,
                    (false, false) => PLAIN_INTERVAL_MS,
                };
                Next::AskIn(spacing.saturating_sub(elapsed_ms))
            }
            Outcome::Failed { fault, .. } if fault.is_fatal() => Next::Rest,
            Outcome::Failed { retry_after_s, .. } => {
                let asked_for = retry_after_s.unwrap_or(0).min(LONGEST_RETRY_AFTER_S) * 1_000;
                Next::AskIn(asked_for + self.back_off(random))
            }
        }
    }

    /// Whether the server has failed so often that the person should hear of it.
    pub(crate) fn is_failing(&self) -> bool {
        self.failures > 1
    }

    /// Whether the server may take its time: after a failure, nothing is as urgent as that it answers.
    pub(crate) fn may_wait(&self) -> bool {
        self.failures == 0
    }

    fn back_off(&mut self, random: f64) -> u32 {
        let ceiling = match self.failures {
            0 => REPEAT_MS,
            1..RECOVERY_ATTEMPTS => RECOVERY_MS,
            many => {
                let doublings = many - RECOVERY_ATTEMPTS + 1;
                RECOVERY_MS.checked_shl(doublings).unwrap_or(u32::MAX).min(LONGEST_BACK_OFF_MS)
            }
        };
        self.failures = (self.failures + 1).min(RECOVERY_ATTEMPTS + 8);
        let half = ceiling / 2;
        half + scale(half, random)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and 0..=30000 fits"
)]
fn scale(range: u32, random: f64) -> u32 {
    (f64::from(range) * random.clamp(0.0, 1.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away(retry_after_s: Option<u32>) -> Outcome {
        Outcome::Failed { fault: Fault::ServerUnreachable, retry_after_s }
    }

    fn answered(can_wait: bool) -> Outcome {
        Outcome::Answered { can_wait, is_settled: false }
    }

    #[test]
    fn an_hour_of_waiting_is_at_most_two_hundred_requests() {
        let mut pace = Pace::default();
        let (mut requests, mut passed_ms) = (0, 0);
        while passed_ms < 3_600_000 {
            let Next::AskIn(wait) = pace.next(&answered(true), 25_000, 0.5) else { panic!("rests") };
            passed_ms += 25_000 + wait;
            requests += 1;
        }
        assert!(requests <= 200, "{requests}");
    }

    #[test]
    fn an_hour_after_the_headshots_came_is_at_most_thirty_requests() {
        let mut pace = Pace::default();
        let settled = Outcome::Answered { can_wait: true, is_settled: true };
        let (mut requests, mut passed_ms) = (0, 0);
        while passed_ms < 3_600_000 {
            let Next::AskIn(wait) = pace.next(&settled, 100, 0.5) else { panic!("rests") };
            passed_ms += 100 + wait;
            requests += 1;
        }
        assert!(requests <= 30, "{requests}");
    }

    #[test]
    fn asks_at_once_after_a_request_that_waited() {
        let next = Pace::default().next(&answered(true), 25_000, 0.5);
        assert_eq!(next, Next::AskIn(0));
    }

    #[test]
    fn never_asks_more_than_once_a_second() {
        let next = Pace::default().next(&answered(true), 10, 0.5);
        assert_eq!(next, Next::AskIn(990));
    }

    #[test]
    fn asks_slowly_where_the_server_cannot_wait() {
        let next = Pace::default().next(&answered(false), 0, 0.5);
        assert_eq!(next, Next::AskIn(3_000));
    }

    #[test]
    fn repeats_a_single_failure_before_anybody_hears_of_it() {
        let mut pace = Pace::default();
        assert_eq!(pace.next(&away(None), 0, 1.0), Next::AskIn(300));
        assert!(!pace.is_failing());
        pace.next(&away(None), 0, 1.0);
        assert!(pace.is_failing());
    }

    #[test]
    fn a_server_that_comes_back_within_minutes_is_found_within_two_seconds() {
        let mut pace = Pace::default();
        let mut away_ms = 0;
        while away_ms < 5 * 60_000 {
            let Next::AskIn(wait) = pace.next(&away(None), 0, 0.5) else { panic!("rests") };
            assert!(wait < 2_000 && !pace.may_wait(), "{wait} ms after {away_ms} ms");
            away_ms += wait;
        }
    }

    #[test]
    fn a_server_that_stays_away_is_asked_every_thirty_seconds() {
        let mut pace = Pace::default();
        let waits: Vec<Next> = (0..300).map(|_| pace.next(&away(None), 0, 1.0)).collect();
        assert_eq!(waits[270..276], [3_000, 6_000, 12_000, 24_000, 30_000, 30_000].map(Next::AskIn));
        assert_eq!(waits.last(), Some(&Next::AskIn(30_000)));
    }

    #[test]
    fn never_overflows_however_long_the_server_is_away() {
        let mut pace = Pace::default();
        for _ in 0..100 {
            let Next::AskIn(wait) = pace.next(&away(Some(u32::MAX)), 0, 1.0) else { panic!("rests") };
            assert!(wait <= 3_630_000, "{wait}");
        }
    }

    #[test]
    fn spreads_the_attempts_of_many_browsers() {
        for (random, wait) in [(0.0, 750), (0.5, 1_125), (1.0, 1_500)] {
            let mut pace = Pace::default();
            pace.next(&away(None), 0, 0.5);
            assert_eq!(pace.next(&away(None), 0, random), Next::AskIn(wait));
        }
    }

    #[test]
    fn starts_afresh_after_an_answer() {
        let mut pace = Pace::default();
        pace.next(&away(None), 0, 1.0);
        pace.next(&away(None), 0, 1.0);
        pace.next(&answered(true), 0, 1.0);
        assert!(!pace.is_failing() && pace.may_wait());
        assert_eq!(pace.next(&away(None), 0, 1.0), Next::AskIn(300));
    }

    #[test]
    fn waits_at_least_as_long_as_the_server_asks() {
        let Next::AskIn(wait) = Pace::default().next(&away(Some(7)), 0, 0.0) else { panic!("rests") };
        assert!(wait >= 7_000, "{wait}");
    }

    #[test]
    fn rests_after_a_refusal_that_asking_again_cannot_mend() {
        let outcome = Outcome::Failed { fault: Fault::TokenRefused, retry_after_s: None };
        assert_eq!(Pace::default().next(&outcome, 0, 0.5), Next::Rest);
    }
}
