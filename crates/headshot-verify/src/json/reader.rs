//! The grammar of JSON (RFC 8259), with a limit to its depth, and every value as it is written.
//!
//! Lexed by hifijson 0.5 instead, the verdict alone weighs 0.6 kB more in npm, and lexing takes twice as long in wasm.

use super::{Text, text::escaped};
use crate::EventError;

/// Arrays and objects may be nested 64 deep; what is in the innermost is a level of its own.
const LEVELS: usize = 65;

/// What is wrong with a text that should be JSON.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// It is not.
    NotJson,
    /// It is nested too deeply.
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

/// Sees what is read.
pub trait See<'t> {
    /// A member of the outermost object, with its value as it is written.
    fn member(&mut self, _name: Text<'t>, _value: &'t str) {}

    /// An array or an object begins or ends, with this bracket.
    fn bracket(&mut self, _bracket: u8) {}

    /// A value that is a text.
    fn text(&mut self, _text: Text<'t>) {}

    /// A number or a word, as it is written.
    fn plain(&mut self, _value: &'t str) {}

    /// Any object begins; what it answers is handed over again when the object ends.
    fn opens(&mut self) -> usize {
        0
    }

    /// A name in the object that began last and did not end.
    fn name(&mut self, _name: Text<'t>) {}

    /// An object ends.
    fn closes(&mut self, _opened: usize) {}
}

/// Reads the text as one value, and says whether it is an object.
///
/// # Errors
///
/// [`Trouble`] where it is none; what was seen until then counts for nothing.
pub fn read<'t>(text: &'t str, see: &mut dyn See<'t>) -> Result<bool, Trouble> {
    let mut reader = Reader { text, at: 0 };
    let first = reader.next();
    reader.value(first, LEVELS, see)?;
    let mut rest = reader.rest().iter();
    found(rest.all(|byte| is_space(*byte))).map(|()| first == b'{')
}

struct Reader<'t> {
    text: &'t str,
    /// How much was read.
    at: usize,
}

impl<'t> Reader<'t> {
    /// Reads a value that begins with `first`, which was read before, and may be nested so deep.
    fn value(&mut self, first: u8, levels: usize, see: &mut dyn See<'t>) -> Result<(), Trouble> {
        let inside = levels.checked_sub(1).ok_or(Trouble::TooDeep)?;
        let start = self.at.wrapping_sub(1);
        match first {
            b'{' => return self.members(inside, see),
            b'[' => return self.items(inside, see),
            b'"' => return self.quoted().map(|text| see.text(text)),
            b'n' => self.word("ull")?,
            b't' => self.word("rue")?,
            b'f' => self.word("alse")?,
            _ => self.number(first)?,
        }
        see.plain(self.since(start));
        Ok(())
    }

    fn members(&mut self, levels: usize, see: &mut dyn See<'t>) -> Result<(), Trouble> {
        let is_outermost = levels == LEVELS.wrapping_sub(1);
        let opened = see.opens();
        see.bracket(b'{');
        let mut next = self.next();
        while next != b'}' {
            found(next == b'"')?;
            let name = self.quoted()?;
            see.name(name);
            found(self.next() == b':')?;
            let first = self.next();
            let start = self.at.wrapping_sub(1);
            self.value(first, levels, see)?;
            if is_outermost {
                see.member(name, self.since(start));
            }
            next = self.next_item(b'}')?;
        }
        see.closes(opened);
        see.bracket(b'}');
        Ok(())
    }

    fn items(&mut self, levels: usize, see: &mut dyn See<'t>) -> Result<(), Trouble> {
        see.bracket(b'[');
        let mut next = self.next();
        while next != b']' {
            self.value(next, levels, see)?;
            next = self.next_item(b']')?;
        }
        see.bracket(b']');
        Ok(())
    }

    /// The first byte of another item, or the bracket that closes.
    fn next_item(&mut self, close: u8) -> Result<u8, Trouble> {
        let next = self.next();
        if next == close {
            return Ok(next);
        }
        found(next == b',')?;
        let next = self.next();
        found(next != close).map(|()| next)
    }

    /// Reads a text after its first quotation mark.
    fn quoted(&mut self) -> Result<Text<'t>, Trouble> {
        let start = self.at;
        let mut has_escapes = false;
        loop {
            self.skip_plain();
            let text = self.since(start);
            if self.skip_if(b'"') {
                return Ok(Text::new(text, has_escapes));
            }
            found(self.skip_if(b'\\'))?;
            has_escapes = true;
            let mut rest = self.text.get(self.at..).unwrap_or_default();
            escaped(&mut rest).ok_or(Trouble::NotJson)?;
            self.at = self.text.len().wrapping_sub(rest.len());
        }
    }

    fn number(&mut self, first: u8) -> Result<(), Trouble> {
        let is_zero = if first == b'-' { self.skip_if(b'0') } else { first == b'0' };
        if first == b'-' && !is_zero {
            self.digits()?;
        } else if !is_zero {
            found(first.is_ascii_digit())?;
            self.skip_digits();
        }
        if self.skip_if(b'.') {
            self.digits()?;
        }
        if self.skip_if(b'e') || self.skip_if(b'E') {
            let _ = self.skip_if(b'+') || self.skip_if(b'-');
            self.digits()?;
        }
        Ok(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Trouble> {
        found(self.first().is_ascii_digit())?;
        self.skip_digits();
        Ok(())
    }

    fn skip_digits(&mut self) {
        while self.first().is_ascii_digit() {
            self.skip();
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Trouble> {
        word.bytes().try_for_each(|letter| found(self.skip_if(letter)))
    }

    /// Reads what comes next after white space; 0 where nothing is left.
    fn next(&mut self) -> u8 {
        loop {
            let byte = self.first();
            self.skip();
            if !is_space(byte) {
                return byte;
            }
        }
    }

    /// The next byte; 0, which nothing in JSON begins with, where nothing is left.
    fn first(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn skip(&mut self) {
        self.at = self.at.wrapping_add(1);
    }

    fn skip_if(&mut self, byte: u8) -> bool {
        let is_there = self.first() == byte;
        if is_there {
            self.skip();
        }
        is_there
    }

    /// Passes over letters that stand for themselves, eight bytes at once.
    fn skip_plain(&mut self) {
        let mut rest = self.rest();
        while let Some((eight, others)) = rest.split_first_chunk() {
            let plain = plain_bytes(u64::from_le_bytes(*eight));
            self.at = self.at.wrapping_add(plain);
            if plain < 8 {
                return;
            }
            rest = others;
        }
        while !matches!(self.first(), b'"' | b'\\' | ..=0x1f) {
            self.skip();
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// What was read from there on.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// How many of eight bytes, the lowest first, stand before a quotation mark, a backslash or a control character.
#[expect(clippy::as_conversions, reason = "they are 8 at most")]
const fn plain_bytes(bytes: u64) -> usize {
    const ONES: u64 = u64::MAX / 255;
    /// The highest bit of the first byte that is less than `least`, which is 128 at most; those above may be wrong.
    const fn less(bytes: u64, least: u64) -> u64 {
        bytes.wrapping_sub(ONES.wrapping_mul(least)) & !bytes & ONES.wrapping_mul(128)
    }
    let marks = less(bytes, 0x20) | less(bytes ^ ONES.wrapping_mul(0x22), 1) | less(bytes ^ ONES.wrapping_mul(0x5c), 1);
    marks.trailing_zeros() as usize / 8
}

const fn found(it_is_there: bool) -> Result<(), Trouble> {
    if it_is_there { Ok(()) } else { Err(Trouble::NotJson) }
}

/// What JSON passes over between its parts.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
