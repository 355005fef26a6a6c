use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// A burst is told when it begins, and once more, in sum, so long after.
pub(super) const LENGTH: Duration = Duration::from_mins(1);

/// What was refused since the burst began.
#[derive(Default)]
pub(super) struct Burst {
    more: Option<BTreeMap<&'static str, u64>>,
}

impl Burst {
    /// Takes note of one more; whether a burst begins with it.
    pub(super) fn note(&mut self, code: &'static str) -> bool {
        match &mut self.more {
            Some(more) => {
                *more.entry(code).or_default() += 1;
                false
            }
            none => {
                *none = Some(BTreeMap::new());
                true
            }
        }
    }

    /// Ends the burst: how many there were of each code after the first one, where there were any.
    pub(super) fn end(&mut self) -> Option<String> {
        let more = self.more.take().filter(|more| !more.is_empty())?;
        let mut text = String::new();
        for (code, count) in more {
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing to a text cannot fail.
            let _ = write!(text, "{comma}{code}: {count}");
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_told_when_it_begins_and_in_sum_when_it_ends() {
        let mut burst = Burst::default();
        let told: Vec<_> = ["a", "b", "a", "a"].map(|code| burst.note(code)).into();
        assert_eq!(told, [true, false, false, false]);
        assert_eq!(burst.end().as_deref(), Some("a: 2, b: 1"));
        assert!(burst.note("a"));
        assert_eq!(burst.end(), None);
    }
}
