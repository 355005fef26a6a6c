//! Days of the Gregorian calendar, for the few dates that providers write; nothing here knows a time zone but UTC.

#[cfg(feature = "serde")]
use alloc::string::String;

#[cfg(feature = "serde")]
use super::pattern;
use crate::UnixSeconds;

const SECONDS_PER_DAY: u64 = 86_400;

/// Days from the beginning of March of the year 0 to the epoch.
const EPOCH_DAY: u64 = 719_468;

/// Days in 400 years, after which the calendar repeats itself.
const ERA_DAYS: u64 = 146_097;

/// As many digits fit into 64 bits, whatever they are.
const MOST_DIGITS: usize = 19;

/// A moment as calendars and clocks show it, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(super) year: u64,
    /// From 1.
    pub(super) month: u64,
    /// From 1.
    pub(super) day: u64,
    pub(super) hour: u64,
    pub(super) minute: u64,
    /// Up to 60, which is a leap second.
    pub(super) second: u64,
    /// From 1 for Monday; 0 if it was not read.
    pub(super) weekday: u64,
}

impl Civil {
    /// The moment in Unix seconds; `None` if there is no such day or time, it is before the epoch, its year has more
    /// than four digits, or the day of the week is another one.
    pub(crate) fn unix_seconds(self) -> Option<UnixSeconds> {
        let exists = (1970..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_in_month(self.year, self.month)).contains(&self.day);
        let days = if exists { self.days() } else { return None };
        let is_the_day = self.weekday == 0 || self.weekday == weekday(days);
        let midnight = is_the_day.then(|| days.wrapping_mul(SECONDS_PER_DAY))?;
        Some(UnixSeconds::new(midnight.wrapping_add(self.seconds_of_day()?)))
    }

    /// Seconds since midnight; `None` if there is no such time.
    pub(super) fn seconds_of_day(self) -> Option<u64> {
        let exists = self.hour < 24 && self.minute < 60 && self.second <= 60;
        let minutes = self.hour.wrapping_mul(60).wrapping_add(self.minute);
        exists.then(|| minutes.wrapping_mul(60).wrapping_add(self.second))
    }

    /// Days since the epoch. Years are counted from March, so that the leap day is the last day of one.
    #[expect(clippy::arithmetic_side_effects, reason = "the fields are those of a day that exists after the epoch")]
    const fn days(self) -> u64 {
        let (year, month) = if self.month < 3 { (self.year - 1, self.month + 9) } else { (self.year, self.month - 3) };
        let day_of_year = (month * 153 + 2) / 5 + self.day - 1;
        year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - EPOCH_DAY
    }
}

/// From 1 for Monday.
#[expect(clippy::arithmetic_side_effects, reason = "a remainder of 7 is small")]
const fn weekday(days: u64) -> u64 {
    // The epoch was a Thursday.
    (days % 7 + 3) % 7 + 1
}

impl From<UnixSeconds> for Civil {
    #[expect(clippy::arithmetic_side_effects, reason = "no divisor is 0, and each step makes the number smaller")]
    fn from(moment: UnixSeconds) -> Self {
        let second_of_day = moment.get() % SECONDS_PER_DAY;
        let days_since_epoch = moment.get() / SECONDS_PER_DAY;
        let days = days_since_epoch + EPOCH_DAY;
        let (era, day_of_era) = (days / ERA_DAYS, days % ERA_DAYS);
        let year_of_era = (day_of_era + day_of_era / 36_524 - day_of_era / 1460 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era + year_of_era / 100 - year_of_era * 365 - year_of_era / 4;
        let month_from_march = (day_of_year * 5 + 2) / 153;
        let month = if month_from_march >= 10 { month_from_march - 9 } else { month_from_march + 3 };
        Self {
            year: era * 400 + year_of_era + u64::from(month < 3),
            month,
            day: day_of_year - (month_from_march * 153 + 2) / 5 + 1,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
            weekday: weekday(days_since_epoch),
        }
    }
}

#[cfg(feature = "serde")]
impl Civil {
    /// As in RFC 3339, in UTC and whole seconds.
    pub(crate) fn to_rfc3339(self) -> String {
        pattern::write("%Y-%m-%dT%H:%M:%SZ", self)
    }
}

const fn days_in_month(year: u64, month: u64) -> u64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number that these decimal digits write, and nothing else than digits.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    let is_number = (1..=MOST_DIGITS).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let value = |number: u64, digit: &u8| number.wrapping_mul(10).wrapping_add(u64::from(*digit & 15));
    is_number.then(|| digits.iter().fold(0, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_day_of_eight_hundred_years_there_and_back() {
        let mut last = Civil { year: 1969, month: 12, day: 31, ..Civil::default() };
        for day in 0..292_194 {
            let moment = UnixSeconds::new(day * SECONDS_PER_DAY);
            let civil = Civil::from(moment);
            assert_eq!(civil.unix_seconds(), Some(moment));
            assert_eq!(civil.weekday, (day + 3) % 7 + 1);
            let follows = (civil.year, civil.month, civil.day) > (last.year, last.month, last.day);
            assert!(follows && civil.day <= last.day + 1, "{}", civil.to_rfc3339());
            last = civil;
        }
        assert_eq!(last.to_rfc3339(), "2769-12-31T00:00:00Z");
    }

    #[test]
    fn knows_no_day_that_does_not_exist() {
        let noon = |year, month, day| Civil { year, month, day, hour: 12, ..Civil::default() }.unix_seconds();
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
        assert_eq!(Civil::from(UnixSeconds::new(0)).to_rfc3339(), "1970-01-01T00:00:00Z");
        assert!(Civil::from(UnixSeconds::new(u64::MAX)).to_rfc3339().starts_with("584554051"));
        let far = Civil { year: u64::MAX, month: 1, day: 1, ..Civil::default() };
        assert_eq!(far.unix_seconds(), None);
    }
}
