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

    /// A value that is neither an array nor an object, as it is written.
    fn scalar(&mut self, _value: &'t str) {}

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
    let is_object = reader.peek() == b'{';
    reader.value(LEVELS, see)?;
    reader.peek();
    found(reader.at == text.len()).map(|()| is_object)
}

struct Reader<'t> {
    text: &'t str,
    /// How much was read.
    at: usize,
}

impl<'t> Reader<'t> {
    /// Reads a value that may be nested so deep.
    fn value(&mut self, levels: usize, see: &mut dyn See<'t>) -> Result<(), Trouble> {
        let inside = levels.checked_sub(1).ok_or(Trouble::TooDeep)?;
        let first = self.peek();
        let start = self.at;
        match first {
            b'{' => return self.members(inside, see),
            b'[' => return self.items(inside, see),
            b'"' => self.quoted().map(drop)?,
            b'n' => self.word("null")?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            _ => self.number()?,
        }
        see.scalar(self.since(start));
        Ok(())
    }

    fn members(&mut self, levels: usize, see: &mut dyn See<'t>) -> Result<(), Trouble> {
        let is_outermost = levels == LEVELS.wrapping_sub(1);
        let opened = see.opens();
        see.bracket(b'{');
        self.skip();
        let mut is_first = true;
        while self.has_more(b'}', is_first)? {
            is_first = false;
            self.peek();
            let name = self.quoted()?;
            see.name(name);
            self.peek();
            found(self.skip_if(b':'))?;
            self.peek();
            let start = self.at;
            self.value(levels, see)?;
            if is_outermost {
                see.member(name, self.since(start));
            }
        }
        see.closes(opened);
        see.bracket(b'}');
        Ok(())
    }

    fn items(&mut self, levels: usize, see: &mut dyn See<'t>) -> Result<(), Trouble> {
        see.bracket(b'[');
        self.skip();
        let mut is_first = true;
        while self.has_more(b']', is_first)? {
            is_first = false;
            self.value(levels, see)?;
        }
        see.bracket(b']');
        Ok(())
    }

    /// Whether another item follows before the bracket that closes; reads the bracket, or the comma before the item.
    fn has_more(&mut self, close: u8, is_first: bool) -> Result<bool, Trouble> {
        self.peek();
        if self.skip_if(close) {
            return Ok(false);
        }
        found(is_first || self.skip_if(b',')).map(|()| true)
    }

    /// Reads a text with its quotation marks.
    fn quoted(&mut self) -> Result<Text<'t>, Trouble> {
        found(self.skip_if(b'"'))?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            self.skip_plain();
            if self.first() == b'"' {
                let text = Text::new(self.since(start), has_escapes);
                self.skip();
                return Ok(text);
            }
            found(self.skip_if(b'\\'))?;
            has_escapes = true;
            let mut rest = self.text.get(self.at..).unwrap_or_default();
            escaped(&mut rest).ok_or(Trouble::NotJson)?;
            self.at = self.text.len().wrapping_sub(rest.len());
        }
    }

    fn number(&mut self) -> Result<(), Trouble> {
        self.skip_if(b'-');
        if !self.skip_if(b'0') {
            self.digits()?;
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
        let start = self.at;
        while self.first().is_ascii_digit() {
            self.skip();
        }
        found(self.at > start)
    }

    fn word(&mut self, word: &str) -> Result<(), Trouble> {
        word.bytes().try_for_each(|letter| found(self.skip_if(letter)))
    }

    /// What comes next after white space, which is left out; 0 where nothing is left.
    fn peek(&mut self) -> u8 {
        while is_space(self.first()) {
            self.skip();
        }
        self.first()
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
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        while let Some((eight, others)) = rest.split_first_chunk() {
            if has_marks(u64::from_le_bytes(*eight)) {
                break;
            }
            rest = others;
        }
        let is_mark = |byte: &u8| matches!(byte, b'"' | b'\\' | ..=0x1f);
        let left = rest.iter().position(is_mark).map_or(0, |count| rest.len().wrapping_sub(count));
        self.at = self.text.len().wrapping_sub(left);
    }

    /// What was read from there on.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// Whether a quotation mark, a backslash or a control character is among eight bytes.
const fn has_marks(bytes: u64) -> bool {
    const ONES: u64 = u64::MAX / 255;
    /// Whether one is less than `least`, which is 128 at most.
    const fn has_less(bytes: u64, least: u64) -> bool {
        bytes.wrapping_sub(ONES.wrapping_mul(least)) & !bytes & ONES.wrapping_mul(128) != 0
    }
    has_less(bytes, 0x20)
        || has_less(bytes ^ ONES.wrapping_mul(0x22), 1)
        || has_less(bytes ^ ONES.wrapping_mul(0x5c), 1)
}

const fn found(it_is_there: bool) -> Result<(), Trouble> {
    if it_is_there { Ok(()) } else { Err(Trouble::NotJson) }
}

/// What JSON passes over between its parts.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
