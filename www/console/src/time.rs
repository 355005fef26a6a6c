//! Times as a person reads them.

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Milliseconds since 1970 of a time as the server writes it, such as `2026-01-02T03:04:05.678Z`.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut time = time.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let fraction: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(days(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + fraction)
}

/// Days since 1970 of a date: years begin in March, so that the day that may be missing is the last one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 719_469
}

/// How long before or after `now` it is.
pub(crate) fn away(at: i64, now: i64) -> String {
    let distance = (now - at).abs();
    let span = match distance {
        0..SECOND => return "now".to_owned(),
        SECOND..MINUTE => format!("{} s", distance / SECOND),
        MINUTE..HOUR => format!("{} min", distance / MINUTE),
        HOUR..DAY => format!("{} h", distance / HOUR),
        _ => format!("{} d", distance / DAY),
    };
    if at > now { format!("in {span}") } else { format!("{span} ago") }
}

/// How much later something happened.
pub(crate) fn later(span: i64) -> String {
    match span {
        0..SECOND => format!("{span} ms later"),
        SECOND..MINUTE => format!("{}.{} s later", span / SECOND, span % SECOND / 100),
        _ => format!("{} min later", span / MINUTE),
    }
}

/// The hour by this machine's clock; with the day where it is not `now`'s.
pub(crate) fn clock(at: i64, now: i64) -> String {
    let (date, today) = (date(at), date(now));
    let time = String::from(date.to_locale_time_string("en-GB"));
    let day = String::from(date.to_date_string());
    // `Fri Jan 02 2026`
    let day = day.get(4..).filter(|_| today.to_date_string() != day);
    day.map_or_else(|| time.clone(), |day| format!("{day}, {time}"))
}

/// Now, by this machine's clock.
pub(crate) fn now() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds")]
    let now = js_sys::Date::now() as i64;
    now
}

fn date(millis: i64) -> js_sys::Date {
    #[expect(clippy::cast_precision_loss, reason = "exact for 200,000 years")]
    let millis = millis as f64;
    js_sys::Date::new(&millis.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_server_are_read_to_the_millisecond() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-02T03:04:05Z", 1_767_323_045_000),
            ("2026-01-02T03:04:05.6Z", 1_767_323_045_600),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
            ("2000-03-01T00:00:00.123456Z", 951_868_800_123),
        ];
        for (text, millis) in cases {
            assert_eq!(super::millis(text), Some(millis), "{text}");
        }
        for text in ["", "today", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:xxZ"] {
            assert_eq!(super::millis(text), None, "{text}");
        }
    }

    #[test]
    fn distances_are_told_in_one_unit() {
        let cases = [(0, "now"), (-5 * SECOND, "5 s ago"), (-90 * MINUTE, "1 h ago"), (49 * HOUR, "in 2 d")];
        for (at, told) in cases {
            assert_eq!(away(at, 0), told);
        }
        assert_eq!([later(7), later(1250), later(3 * MINUTE)], ["7 ms later", "1.2 s later", "3 min later"]);
    }
}
