//! The grammar of JSON (RFC 8259), read from the front.

use alloc::string::String;

use crate::EventError;

/// Arrays and objects may be nested 64 deep; what is in the innermost is a level of its own.
pub(super) const LEVELS: usize = 65;

/// What is wrong with a text that should be JSON.
#[derive(Clone, Copy)]
pub(super) enum Trouble {
    NotJson,
    TooDeep,
}

impl From<Trouble> for EventError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::NotJson => Self::NotJson,
            Trouble::TooDeep => Self::TooDeep,
        }
    }
}

/// A text that is UTF-8, without what was read of it.
pub(super) struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Result<Self, Trouble> {
        core::str::from_utf8(text).map(|rest| Self { rest }).map_err(|_| Trouble::NotJson)
    }

    /// Makes sure that nothing but white space is left.
    pub(super) fn end(&mut self) -> Result<(), Trouble> {
        self.peek();
        found(self.rest.is_empty())
    }

    /// Reads a value that may be nested so deep.
    pub(super) fn value(&mut self, levels: usize) -> Result<(), Trouble> {
        let inside = levels.checked_sub(1).ok_or(Trouble::TooDeep)?;
        match self.peek() {
            b'{' => self.items(b'}', inside),
            b'[' => self.items(b']', inside),
            b'"' => self.text().map(|_| ()),
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            _ => self.number().map(|_| ()),
        }
    }

    fn items(&mut self, close: u8, levels: usize) -> Result<(), Trouble> {
        self.skip();
        let mut is_first = true;
        while self.has_more(close, is_first)? {
            is_first = false;
            if close == b'}' {
                self.name()?;
            }
            self.value(levels)?;
        }
        Ok(())
    }

    /// Whether another item follows before the bracket that closes; reads the bracket, or the comma before the item.
    pub(super) fn has_more(&mut self, close: u8, is_first: bool) -> Result<bool, Trouble> {
        if self.peek() == close {
            self.skip();
            return Ok(false);
        }
        found(is_first || self.skip_one_of(",")).map(|()| true)
    }

    /// The name of a member and its colon.
    pub(super) fn name(&mut self) -> Result<Text<'t>, Trouble> {
        self.peek();
        let name = self.text()?;
        self.peek();
        found(self.skip_one_of(":")).map(|()| name)
    }

    pub(super) fn text(&mut self) -> Result<Text<'t>, Trouble> {
        found(self.skip_one_of("\""))?;
        let start = self.rest;
        loop {
            self.skip_all(|byte| !matches!(byte, b'"' | b'\\' | ..=0x1f));
            let text = Text(self.since(start));
            if self.skip_one_of("\"") {
                return Ok(text);
            }
            found(self.skip_one_of("\\") && self.escaped().is_some())?;
        }
    }

    /// The letter that the letters after a backslash stand for.
    fn escaped(&mut self) -> Option<char> {
        let letter = self.first();
        self.skip();
        Some(match letter {
            b'"' | b'\\' | b'/' => letter.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// The letter that one unit of UTF-16 writes, or two.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        let Some(high) = first.checked_sub(0xd800).filter(|high| *high < 0x800) else { return char::from_u32(first) };
        self.word("\\u").ok()?;
        let low = self.unit()?.checked_sub(0xdc00)?;
        let is_pair = high < 0x400 && low < 0x400;
        is_pair.then_some((high << 10 | low).wrapping_add(0x1_0000)).and_then(char::from_u32)
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.first()).to_digit(16)?;
            self.skip();
        }
        Some(unit)
    }

    /// A number with all its digits.
    pub(super) fn number(&mut self) -> Result<Text<'t>, Trouble> {
        let start = self.rest;
        self.skip_one_of("-");
        let has_zero = self.skip_one_of("0");
        if !has_zero {
            self.digits()?;
        }
        if self.skip_one_of(".") {
            self.digits()?;
        }
        if self.skip_one_of("eE") {
            self.skip_one_of("+-");
            self.digits()?;
        }
        Ok(Text(self.since(start)))
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Trouble> {
        found(self.skip_all(|byte| byte.is_ascii_digit()))
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), Trouble> {
        self.rest = self.rest.strip_prefix(word).ok_or(Trouble::NotJson)?;
        Ok(())
    }

    /// What comes next after white space, which is left out; 0 where nothing is left.
    pub(super) fn peek(&mut self) -> u8 {
        self.skip_all(is_space);
        self.first()
    }

    /// The next byte; 0, which nothing in JSON begins with, where nothing is left.
    fn first(&self) -> u8 {
        self.rest.bytes().next().unwrap_or_default()
    }

    fn skip_one_of(&mut self, letters: &str) -> bool {
        let first = self.first();
        let is_there = letters.bytes().any(|letter| letter == first);
        if is_there {
            self.skip();
        }
        is_there
    }

    /// Passes over the bytes from here on that are such, and says whether there were any.
    fn skip_all(&mut self, is_such: fn(u8) -> bool) -> bool {
        let count = self.rest.bytes().take_while(|byte| is_such(*byte)).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        count > 0
    }

    /// Passes over one byte, or over a letter that has several.
    pub(super) fn skip(&mut self) {
        let mut letters = self.rest.chars();
        letters.next();
        self.rest = letters.as_str();
    }

    /// What was read since this was all that was left.
    pub(super) fn since(&self, start: &'t str) -> &'t str {
        start.get(..start.len().wrapping_sub(self.rest.len())).unwrap_or_default()
    }

    pub(super) const fn rest(&self) -> &'t str {
        self.rest
    }
}

const fn found(it_is_there: bool) -> Result<(), Trouble> {
    if it_is_there { Ok(()) } else { Err(Trouble::NotJson) }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// A text between quotation marks, as it is written; the same letters may be written in several ways.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Text<'t>(&'t str);

impl<'t> Text<'t> {
    /// The text that stands between quotation marks, whether or not it is a text.
    pub(super) fn between_marks(written: &'t [u8]) -> Option<Self> {
        core::str::from_utf8(written).ok().map(Self)
    }

    /// The text that is written here, if it is one.
    pub(super) fn of(value: &'t str) -> Option<Self> {
        Reader { rest: value }.text().ok()
    }

    /// Whether these are its letters; there is no backslash among them.
    pub(crate) fn is(self, letters: &str) -> bool {
        debug_assert!(!letters.contains('\\'), "a backslash would be read as the beginning of another letter");
        self == Text(letters)
    }

    /// The same, with ASCII's capitals as small ones.
    pub(crate) fn is_in_any_case(self, small: &str) -> bool {
        self.is_written_with(Text(small), |letter| letter.to_ascii_lowercase())
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

    /// Takes the first letter off. Nothing is wrong with what the reader has read; where another one found the text, U+FFFD
    /// stands for what is no letter.
    fn next_letter(&mut self) -> Option<char> {
        let mut letters = self.0.chars();
        let letter = letters.next();
        self.0 = letters.as_str();
        if letter != Some('\\') {
            return letter;
        }
        let mut reader = Reader { rest: self.0 };
        let letter = reader.escaped().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.0 = reader.rest;
        Some(letter)
    }

    pub(super) fn decoded(mut self) -> String {
        let mut text = String::new();
        loop {
            let plain = self.0.bytes().take_while(|byte| *byte != b'\\').count();
            let (run, rest) = self.0.split_at_checked(plain).unwrap_or_default();
            text.push_str(run);
            self.0 = rest;
            match self.next_letter() {
                Some(letter) => text.push(letter),
                None => return text,
            }
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_written_with(*other, |letter| letter)
    }
}
