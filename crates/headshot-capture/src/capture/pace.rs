const FIRST_BACK_OFF_MS: u32 = 1_000;
const LONGEST_BACK_OFF_MS: u32 = 30_000;
const LONGEST_RETRY_AFTER_S: u32 = 3_600;

/// How long to wait after so many failures in a row; `random` lies in 0..1 and spreads many browsers over time.
pub(crate) fn back_off_ms(failures: u32, retry_after_s: Option<u32>, random: f64) -> u32 {
    let doublings = failures.saturating_sub(1).min(16);
    let ceiling = (FIRST_BACK_OFF_MS << doublings).min(LONGEST_BACK_OFF_MS);
    let asked_for = retry_after_s.unwrap_or(0).min(LONGEST_RETRY_AFTER_S) * 1_000;
    asked_for + ceiling / 2 + scale(ceiling / 2, random)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and 0..=15000 fits"
)]
fn scale(range: u32, random: f64) -> u32 {
    (f64::from(range) * random.clamp(0.0, 1.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backs_off_from_one_second_to_thirty() {
        let waits: Vec<u32> = (1..=7).map(|failures| back_off_ms(failures, None, 1.0)).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert_eq!(back_off_ms(u32::MAX, Some(u32::MAX), 1.0), 3_630_000);
    }

    #[test]
    fn spreads_the_attempts_of_many_browsers() {
        assert_eq!(back_off_ms(1, None, 0.0), 500);
        assert_eq!(back_off_ms(1, None, 0.5), 750);
    }

    #[test]
    fn waits_at_least_as_long_as_the_server_asks() {
        assert!(back_off_ms(1, Some(7), 0.0) >= 7_000);
    }
}
