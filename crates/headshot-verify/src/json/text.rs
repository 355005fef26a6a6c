use alloc::string::String;
use core::cmp::Ordering;

/// A text between quotation marks, as it is written; the same letters may be written in several ways.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text<'t> {
    written: &'t str,
    has_escapes: bool,
}

impl<'t> Text<'t> {
    pub(super) const fn new(written: &'t str, has_escapes: bool) -> Self {
        Self { written, has_escapes }
    }

    /// The text that stands between quotation marks, whether or not it is a text.
    pub(super) fn between_marks(written: &'t [u8]) -> Option<Self> {
        core::str::from_utf8(written).ok().map(Self::of_letters)
    }

    /// The text that a value is, if it is one.
    pub fn of(value: &'t str) -> Option<Self> {
        value.strip_prefix('"')?.strip_suffix('"').map(Self::of_letters)
    }

    /// What stands between the quotation marks.
    pub(super) const fn written(self) -> &'t str {
        self.written
    }

    fn of_letters(written: &'t str) -> Self {
        Self { written, has_escapes: written.bytes().any(|byte| byte == b'\\') }
    }

    /// Whether these are its letters.
    pub(crate) fn is(self, letters: &str) -> bool {
        self == Text::new(letters, false)
    }

    /// The same, with ASCII's capitals as small ones.
    pub(crate) fn is_in_any_case(self, small: &str) -> bool {
        self.is_written_with(Text::new(small, false), |letter| letter.to_ascii_lowercase())
    }

    fn is_written_with(mut self, mut other: Self, change: fn(char) -> char) -> bool {
        loop {
            match (self.next_letter().map(change), other.next_letter()) {
                (None, None) => return true,
                (one, other) if one == other => {}
                _ => return false,
            }
        }
    }

    /// The text with its escapes read.
    #[must_use]
    pub fn decoded(self) -> String {
        if self.has_escapes { self.letters().collect() } else { self.written.into() }
    }

    fn letters(mut self) -> impl Iterator<Item = char> {
        core::iter::from_fn(move || self.next_letter())
    }

    /// Takes the first letter off. Nothing is wrong with what the reader has read; where another one found the text, U+FFFD
    /// stands for what is no letter.
    fn next_letter(&mut self) -> Option<char> {
        let mut letters = self.written.chars();
        let letter = letters.next()?;
        self.written = letters.as_str();
        if letter != '\\' || !self.has_escapes {
            return Some(letter);
        }
        Some(escaped(&mut self.written).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

/// Takes off the front what follows a backslash, as far as it can be read, and says which letter it means.
pub(super) fn escaped(written: &mut &str) -> Option<char> {
    let mut letters = written.chars();
    let kind = letters.next();
    *written = letters.as_str();
    Some(match kind? {
        letter @ ('"' | '\\' | '/') => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(written),
        _ => return None,
    })
}

/// The letter that one unit of UTF-16 writes, or two.
fn unicode(written: &mut &str) -> Option<char> {
    let first = unit(written)?;
    let Some(high) = first.checked_sub(0xd800).filter(|high| *high < 0x800) else { return char::from_u32(first) };
    *written = written.strip_prefix("\\u")?;
    let low = unit(written)?.checked_sub(0xdc00)?;
    let is_pair = high < 0x400 && low < 0x400;
    is_pair.then_some((high << 10 | low).wrapping_add(0x1_0000)).and_then(char::from_u32)
}

/// Four hexadecimal digits.
fn unit(written: &mut &str) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        let mut letters = written.chars();
        unit = unit << 4 | letters.next()?.to_digit(16)?;
        *written = letters.as_str();
    }
    Some(unit)
}

impl PartialEq for Text<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        if self.has_escapes || other.has_escapes {
            self.is_written_with(*other, |letter| letter)
        } else {
            self.written == other.written
        }
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.letters().cmp(other.letters())
    }
}
