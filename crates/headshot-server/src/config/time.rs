use std::time::Duration;

/// A span of time with its unit: `30d`, `12h`, `90m` or `5s`.
pub(crate) fn time(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "d" => 24 * 60 * 60,
        "h" => 60 * 60,
        "m" => 60,
        "s" => 1,
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    Some(Duration::from_secs(u64::from(number) * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        for (text, seconds) in [("30d", 2_592_000), (" 12h ", 43_200), ("60m", 3600), ("0d", 0), ("7s", 7)] {
            assert_eq!(time(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "30", "d", "-1d", "1.5d", "30 days", "forever", "1w", "99999999999d", "1é"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
