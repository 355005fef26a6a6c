//! Days of the Gregorian calendar, for the few dates that providers write; nothing here knows a time zone but UTC.

use core::fmt;

use crate::UnixSeconds;

const SECONDS_PER_DAY: u64 = 86_400;

/// Days from the beginning of March of the year 0 to the epoch.
const EPOCH_DAY: u64 = 719_468;

/// Days in 400 years, after which the calendar repeats itself.
const ERA_DAYS: u64 = 146_097;

/// A moment as calendars and clocks show it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: u64,
    /// From 1.
    pub(crate) month: u64,
    /// From 1.
    pub(crate) day: u64,
    pub(crate) hour: u64,
    pub(crate) minute: u64,
    /// Up to 60, which is a leap second.
    pub(crate) second: u64,
}

impl Civil {
    /// The moment in Unix seconds; `None` if there is no such day or time, or it is before the epoch.
    pub(crate) fn unix_seconds(self) -> Option<UnixSeconds> {
        let exists = (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60;
        let days = Some(self).filter(|_| exists)?.days()?;
        let minutes = days.checked_mul(24)?.checked_add(self.hour)?.checked_mul(60)?.checked_add(self.minute)?;
        minutes.checked_mul(60)?.checked_add(self.second).map(UnixSeconds::new)
    }

    /// The day of the week, from 0 for Monday.
    pub(crate) fn weekday(self) -> Option<u64> {
        // The epoch was a Thursday.
        self.days()?.checked_add(3)?.checked_rem(7)
    }

    /// Days since the epoch. Years are counted from March, so that the leap day is the last day of one.
    fn days(self) -> Option<u64> {
        let is_before_march = self.month < 3;
        let year = if is_before_march { self.year.checked_sub(1)? } else { self.year };
        let month = if is_before_march { self.month.checked_add(9)? } else { self.month.checked_sub(3)? };
        let day_of_year =
            month.checked_mul(153)?.checked_add(2)?.checked_div(5)?.checked_add(self.day.checked_sub(1)?)?;
        let leap_days = (year / 4).checked_sub(year / 100)?.checked_add(year / 400)?;
        let days = year.checked_mul(365)?.checked_add(leap_days)?.checked_add(day_of_year)?;
        days.checked_sub(EPOCH_DAY)
    }
}

impl From<UnixSeconds> for Civil {
    fn from(moment: UnixSeconds) -> Self {
        let second_of_day = moment.get() % SECONDS_PER_DAY;
        let days = (moment.get() / SECONDS_PER_DAY).saturating_add(EPOCH_DAY);
        let (era, day_of_era) = (days / ERA_DAYS, days % ERA_DAYS);
        let leap_days = (day_of_era / 1460).saturating_add(day_of_era / 146_096);
        let year_of_era = day_of_era.saturating_add(day_of_era / 36_524).saturating_sub(leap_days) / 365;
        let days_before =
            year_of_era.saturating_mul(365).saturating_add(year_of_era / 4).saturating_sub(year_of_era / 100);
        let day_of_year = day_of_era.saturating_sub(days_before);
        let month_from_march = day_of_year.saturating_mul(5).saturating_add(2) / 153;
        let first_of_month = month_from_march.saturating_mul(153).saturating_add(2) / 5;
        let is_before_march = month_from_march >= 10;
        Self {
            year: era.saturating_mul(400).saturating_add(year_of_era).saturating_add(u64::from(is_before_march)),
            month: if is_before_march {
                month_from_march.saturating_sub(9)
            } else {
                month_from_march.saturating_add(3)
            },
            day: day_of_year.saturating_sub(first_of_month).saturating_add(1),
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
        }
    }
}

/// RFC 3339, in UTC and whole seconds.
impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn days_in_month(year: u64, month: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A text that is read from its front, in pieces of known size.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t>(pub(crate) &'t [u8]);

impl Cursor<'_> {
    /// Takes this text off the front.
    pub(crate) fn literal(&mut self, text: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// Takes off one of the words and says which.
    pub(crate) fn word(&mut self, words: &[&str]) -> Option<u64> {
        let (place, word) = (0..).zip(words).find(|(_, word)| self.0.starts_with(word.as_bytes()))?;
        self.literal(word.as_bytes())?;
        Some(place)
    }

    /// Takes off a number of exactly `count` decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> Option<u64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        number(digits)
    }

    /// Takes off as many decimal digits as there are.
    pub(crate) fn skip_digits(&mut self) {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.0 = self.0.get(digits..).unwrap_or_default();
    }

    pub(crate) const fn is_at_end(self) -> bool {
        self.0.is_empty()
    }
}

/// The number that these decimal digits write, and nothing else than digits.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    let digits = Some(digits).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    core::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn counts_every_day_of_eight_hundred_years_there_and_back() {
        let mut last = Civil { year: 1969, month: 12, day: 31, hour: 0, minute: 0, second: 0 };
        for day in 0..292_194 {
            let moment = UnixSeconds::new(day * SECONDS_PER_DAY);
            let civil = Civil::from(moment);
            assert_eq!(civil.unix_seconds(), Some(moment));
            assert_eq!(civil.weekday(), Some((day + 3) % 7));
            let follows = (civil.year, civil.month, civil.day) > (last.year, last.month, last.day);
            assert!(follows && civil.day <= last.day + 1, "{civil}");
            last = civil;
        }
        assert_eq!(last.to_string(), "2769-12-31T00:00:00Z");
    }

    #[test]
    fn knows_no_day_that_does_not_exist() {
        let noon = |year, month, day| Civil { year, month, day, hour: 12, minute: 0, second: 0 }.unix_seconds();
        assert!(noon(2024, 2, 29).is_some() && noon(2000, 2, 29).is_some());
        for (year, month, day) in
            [(2023, 2, 29), (2100, 2, 29), (2024, 4, 31), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0)]
        {
            assert_eq!(noon(year, month, day), None, "{year}-{month}-{day}");
        }
        assert_eq!(noon(1969, 12, 31), None);
    }

    #[test]
    fn neither_end_of_time_overflows() {
        assert_eq!(Civil::from(UnixSeconds::new(0)).to_string(), "1970-01-01T00:00:00Z");
        assert!(Civil::from(UnixSeconds::new(u64::MAX)).to_string().starts_with("584554051"));
        let far = Civil { year: u64::MAX, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
        assert_eq!(far.unix_seconds(), None);
    }
}
