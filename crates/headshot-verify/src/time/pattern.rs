//! Dates and times by pattern, as in C's `strftime`: a letter after a `%` stands for a field, anything else for itself.

#[cfg(any(feature = "serde", feature = "sign"))]
use alloc::string::String;

use super::calendar::{Civil, number};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Letters of the longest name, or more.
const LONGEST_NAME: usize = 9;

/// The first three letters are the short form.
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Reads what the pattern describes off the front of `text`: its fields, of which those that the pattern lacks are 0,
/// and what is left of the text.
pub(super) fn read<'t>(pattern: &str, text: &'t [u8]) -> Option<(Civil, &'t [u8])> {
    let mut text = text;
    let mut civil = Civil::default();
    let mut letters = pattern.bytes();
    while let Some(letter) = letters.next() {
        if letter != b'%' {
            text = text.strip_prefix(&[letter])?;
            continue;
        }
        let field = letters.next()?;
        let (value, rest) = match field {
            b'a' => word(&DAYS, 3, text),
            b'A' => word(&DAYS, LONGEST_NAME, text),
            b'b' => word(&MONTHS, LONGEST_NAME, text),
            b'e' => padded(text),
            b'Y' => digits(4, text),
            _ => digits(2, text),
        }?;
        *civil.field(field)? = value;
        text = rest;
    }
    Some((civil, text))
}

/// A moment as the pattern describes it; the year has four digits, or more where it needs them.
#[cfg(any(feature = "serde", feature = "sign"))]
pub(super) fn write(pattern: &str, mut civil: Civil) -> String {
    let mut out = String::new();
    let mut letters = pattern.bytes();
    while let Some(letter) = letters.next() {
        if letter != b'%' {
            out.push(letter.into());
            continue;
        }
        let field = letters.next().unwrap_or_default();
        let value = civil.field(field).copied().unwrap_or_default();
        let name = |names: &[&'static str]| names.get(usize::try_from(value.wrapping_sub(1)).ok()?).copied();
        match field {
            b'a' => out.push_str(name(&DAYS).and_then(|name| name.get(..3)).unwrap_or_default()),
            b'b' => out.push_str(name(&MONTHS).unwrap_or_default()),
            b'Y' => write_number(value, 4, &mut out),
            _ => write_number(value, 2, &mut out),
        }
    }
    out
}

impl Civil {
    /// The field that a letter of a pattern stands for.
    fn field(&mut self, letter: u8) -> Option<&mut u64> {
        Some(match letter {
            b'a' | b'A' => &mut self.weekday,
            b'Y' | b'y' => &mut self.year,
            b'm' | b'b' => &mut self.month,
            b'd' | b'e' => &mut self.day,
            b'H' => &mut self.hour,
            b'M' => &mut self.minute,
            b'S' => &mut self.second,
            _ => return None,
        })
    }
}

/// The place of a name among the names, of which so many letters count; from 1.
fn word<'t>(names: &[&str], letters: usize, text: &'t [u8]) -> Option<(u64, &'t [u8])> {
    (1..).zip(names).find_map(|(place, name)| {
        let name = name.get(..letters).unwrap_or(name);
        text.strip_prefix(name.as_bytes()).map(|rest| (place, rest))
    })
}

fn digits(count: usize, text: &[u8]) -> Option<(u64, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    Some((number(digits)?, rest))
}

/// Two digits, of which the first is a space instead of a zero.
fn padded(text: &[u8]) -> Option<(u64, &[u8])> {
    let (space, digit) = text.split_first()?;
    if *space == b' ' { digits(1, digit) } else { digits(2, text).filter(|(value, _)| *value >= 10) }
}

/// Appends a number of at least so many digits.
#[cfg(any(feature = "serde", feature = "sign"))]
fn write_number(value: u64, digits: u32, out: &mut String) {
    if digits > 1 || value > 9 {
        write_number(value / 10, digits.saturating_sub(1), out);
    }
    out.extend(u32::try_from(value % 10).ok().and_then(|digit| char::from_digit(digit, 10)));
}
