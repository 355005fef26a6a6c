//! The grammar of JSON (RFC 8259), read from the front.

use alloc::string::String;

use crate::EventError;

/// Arrays and objects may be nested 64 deep; what is in the innermost is a level of its own.
pub(super) const LEVELS: usize = 65;

/// A text that is UTF-8, without what was read of it.
pub(super) struct Reader<'t> {
    pub(super) rest: &'t str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Result<Self, EventError> {
        core::str::from_utf8(text).map(|rest| Self { rest }).map_err(|_| EventError::NotJson)
    }

    /// Makes sure that nothing but white space is left.
    pub(super) fn end(&mut self) -> Result<(), EventError> {
        if self.peek().is_none() { Ok(()) } else { Err(EventError::NotJson) }
    }

    /// Whether another item follows before the bracket that closes; reads the bracket, or the comma before the item.
    pub(super) fn has_more(&mut self, close: u8, is_first: bool) -> Result<bool, EventError> {
        if self.peek() == Some(close) {
            self.skip();
            return Ok(false);
        }
        if !is_first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// The name of a member and its colon.
    pub(super) fn name(&mut self) -> Result<String, EventError> {
        self.peek();
        let name = self.text()?;
        self.peek();
        self.expect(b':')?;
        Ok(name)
    }

    pub(super) fn text(&mut self) -> Result<String, EventError> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let plain = self.rest.bytes().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..=0x1f)).count();
            text.push_str(self.take(plain));
            match self.next()? {
                b'"' => return Ok(text),
                b'\\' => text.push(self.escaped()?),
                _ => return Err(EventError::NotJson),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, EventError> {
        Ok(match self.next()? {
            letter @ (b'"' | b'\\' | b'/') => letter.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err(EventError::NotJson),
        })
    }

    /// The letter that one unit of UTF-16 writes, or two.
    fn unicode(&mut self) -> Result<char, EventError> {
        let first = self.unit()?;
        let letter = char::from_u32(first).or_else(|| {
            let second = self.rest.starts_with("\\u").then(|| {
                self.take(2);
                self.unit().ok()
            });
            let (high, low) = (first.checked_sub(0xd800)?, second??.checked_sub(0xdc00)?);
            let is_pair = high < 0x400 && low < 0x400;
            is_pair.then_some((high << 10 | low).wrapping_add(0x1_0000)).and_then(char::from_u32)
        });
        letter.ok_or(EventError::NotJson)
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, EventError> {
        let digits = self.take(4);
        let unit = digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?));
        unit.filter(|_| !digits.is_empty()).ok_or(EventError::NotJson)
    }

    /// A number with all its digits.
    pub(super) fn number(&mut self) -> Result<&'t str, EventError> {
        let start = self.rest;
        self.skip_one_of(b"-");
        let has_zero = self.skip_one_of(b"0");
        if !has_zero {
            self.digits()?;
        }
        if self.skip_one_of(b".") {
            self.digits()?;
        }
        if self.skip_one_of(b"eE") {
            self.skip_one_of(b"+-");
            self.digits()?;
        }
        let length = start.len().wrapping_sub(self.rest.len());
        Ok(start.get(..length).unwrap_or_default())
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), EventError> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.take(count);
        if count > 0 { Ok(()) } else { Err(EventError::NotJson) }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), EventError> {
        if self.take(word.len()) == word { Ok(()) } else { Err(EventError::NotJson) }
    }

    fn skip_one_of(&mut self, letters: &[u8]) -> bool {
        let is_there = self.rest.bytes().next().is_some_and(|byte| letters.contains(&byte));
        if is_there {
            self.skip();
        }
        is_there
    }

    fn expect(&mut self, byte: u8) -> Result<(), EventError> {
        if self.next()? == byte { Ok(()) } else { Err(EventError::NotJson) }
    }

    fn next(&mut self) -> Result<u8, EventError> {
        self.take(1).bytes().next().ok_or(EventError::NotJson)
    }

    /// What comes next after white space, which is left out.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let spaces = self.rest.bytes().take_while(|byte| is_space(*byte)).count();
        self.take(spaces);
        self.rest.bytes().next()
    }

    pub(super) fn skip(&mut self) {
        self.take(1);
    }

    /// So many bytes off the front, or nothing if there are not as many.
    fn take(&mut self, count: usize) -> &'t str {
        let Some((front, rest)) = self.rest.split_at_checked(count) else { return "" };
        self.rest = rest;
        front
    }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
