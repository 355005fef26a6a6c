use std::{str::FromStr, time::Duration};

/// How many times faster than life the sandbox runs its durations: delays, test mode, retries, lifetimes of links.
///
/// It shortens durations and never moves the time of day, so that timestamps stay comparable with everybody's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(f64);

impl Speed {
    /// As fast as life.
    pub const REAL: Self = Self(1.0);
    const SLOWEST: f64 = 0.1;
    const FASTEST: f64 = 1e6;

    /// Makes a speed of `factor`, which lies between 0.1 and a million.
    ///
    /// # Errors
    ///
    /// When it lies outside or is no number.
    pub fn new(factor: f64) -> Result<Self, InvalidSpeed> {
        if (Self::SLOWEST..=Self::FASTEST).contains(&factor) { Ok(Self(factor)) } else { Err(InvalidSpeed) }
    }

    /// What is left of `duration` at this speed.
    #[must_use]
    pub fn shorten(self, duration: Duration) -> Duration {
        duration.div_f64(self.0)
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self::REAL
    }
}

impl FromStr for Speed {
    type Err = InvalidSpeed;

    fn from_str(text: &str) -> Result<Self, InvalidSpeed> {
        Self::new(text.parse().map_err(|_| InvalidSpeed)?)
    }
}

/// A speed that is no number between 0.1 and 1000000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSpeed;

impl std::fmt::Display for InvalidSpeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the speed is a number between 0.1 and 1000000")
    }
}

impl std::error::Error for InvalidSpeed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_minutes_last_four_and_a_half_seconds_at_forty_times() {
        let speed: Speed = "40".parse().unwrap();
        assert_eq!(speed.shorten(Duration::from_mins(3)), Duration::from_millis(4500));
    }

    #[test]
    fn refuses_what_is_no_sensible_speed() {
        for text in ["0", "0.05", "-1", "NaN", "inf", "fast", ""] {
            assert_eq!(text.parse::<Speed>(), Err(InvalidSpeed), "{text}");
        }
    }
}
