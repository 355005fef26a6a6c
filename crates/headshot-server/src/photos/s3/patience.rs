use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::photos::StorageError;
use crate::random;

/// How long a storage may take, and how often it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The longest that one attempt takes.
    pub attempt: Duration,
    /// The longest that all attempts take.
    pub whole: Duration,
    /// So many attempts are made at most.
    pub attempts: u32,
    /// The pause after the first of them; after each other one it is four times as long.
    pub first_pause: Duration,
}

/// The attempts at one thing.
struct Attempts {
    patience: Patience,
    deadline: Instant,
    failures: u32,
}

impl Patience {
    /// Attempts something until it is done, or no other attempt is to be made; each is told how long it may take.
    ///
    /// # Errors
    /// What the last attempt failed with.
    pub(super) async fn attempt<T, F>(self, mut attempt: impl FnMut(Duration) -> F) -> Result<T, StorageError>
    where
        F: Future<Output = Result<T, StorageError>>,
    {
        let mut attempts = self.begin();
        loop {
            match attempt(attempts.time()).await {
                Err(failure) => attempts.pause_after(failure).await?,
                done => return done,
            }
        }
    }

    fn begin(self) -> Attempts {
        Attempts { patience: self, deadline: Instant::now() + self.whole, failures: 0 }
    }
}

impl Attempts {
    /// How long the next attempt may take.
    fn time(&self) -> Duration {
        self.patience.attempt.min(self.deadline.saturating_duration_since(Instant::now()))
    }

    /// Waits before the next attempt; spread by a quarter either way, so that what failed together comes back apart.
    ///
    /// # Errors
    /// The failure, where no other attempt is to be made.
    async fn pause_after(&mut self, failure: StorageError) -> Result<(), StorageError> {
        let pause = self.patience.first_pause.saturating_mul(4_u32.saturating_pow(self.failures));
        let pause = pause.mul_f64(0.75 + random::fraction() / 2.0);
        self.failures += 1;
        let is_last = self.failures >= self.patience.attempts || Instant::now() + pause >= self.deadline;
        if is_last || !failure.may_pass() {
            return Err(failure);
        }
        tracing::debug!(%failure, attempts = self.failures, "the storage of photos is asked again");
        sleep(pause).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        attempt: Duration::from_secs(20),
        whole: Duration::from_secs(30),
        attempts: 3,
        first_pause: Duration::from_secs(1),
    };

    async fn attempts(patience: Patience, failure: fn() -> StorageError) -> (u32, Duration) {
        let (began_at, mut made) = (Instant::now(), 0);
        let attempt = |_| {
            made += 1;
            std::future::ready(Err::<(), _>(failure()))
        };
        assert!(patience.attempt(attempt).await.is_err());
        (made, began_at.elapsed())
    }

    fn away() -> StorageError {
        StorageError::Away(String::new())
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_again_after_longer_and_longer_pauses() {
        let (made, took) = attempts(PATIENCE, away).await;
        assert!(
            made == 3 && took > Duration::from_millis(3700) && took < Duration::from_millis(6300),
            "{made} {took:?}"
        );
        assert_eq!(attempts(PATIENCE, || StorageError::Refused(String::new())).await.0, 1);
        assert_eq!(attempts(PATIENCE, || StorageError::Missing).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_goes_beyond_the_time_of_all() {
        let patience = Patience { attempts: 100, ..PATIENCE };
        assert!(attempts(patience, away).await.1 < PATIENCE.whole);
        let attempts = PATIENCE.begin();
        assert_eq!(attempts.time(), PATIENCE.attempt);
        tokio::time::advance(Duration::from_secs(25)).await;
        assert_eq!(attempts.time(), Duration::from_secs(5));
    }
}
