//! A look at the members of one object that builds no tree: all that a token needs.

use alloc::{string::String, vec::Vec};

use super::reader::{LEVELS, Reader};
use crate::EventError;

/// Members of a JSON object, with their values as they are written.
pub(crate) struct Members<'t>(Vec<(String, Raw<'t>)>);

/// A JSON value as it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Raw<'t>(&'t str);

impl<'t> Members<'t> {
    /// The members of the object that are wanted; the whole text has to be JSON, and none of them may be there twice.
    pub(crate) fn read(text: &'t [u8], is_wanted: fn(&str) -> bool) -> Result<Self, EventError> {
        let mut reader = Reader::new(text)?;
        let mut members = Self(Vec::new());
        let mut is_repeated = false;
        if reader.peek() != Some(b'{') {
            return Err(EventError::NotObject);
        }
        reader.skip();
        let mut is_first = true;
        while reader.has_more(b'}', is_first)? {
            is_first = false;
            let name = reader.name()?;
            let value = reader.raw(LEVELS.saturating_sub(1))?;
            if is_wanted(&name) {
                is_repeated |= members.get(&name).is_some();
                members.0.push((name, value));
            }
        }
        reader.end()?;
        if is_repeated { Err(EventError::FieldRepeated) } else { Ok(members) }
    }

    /// The value of one of them.
    pub(crate) fn get(&self, name: &str) -> Option<Raw<'t>> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| *value)
    }
}

impl<'t> Raw<'t> {
    /// The text, if it is one.
    pub(crate) fn text(self) -> Option<String> {
        Reader { rest: self.0 }.text().ok()
    }

    /// The characters of a number or a word.
    pub(crate) const fn plain(self) -> &'t str {
        self.0
    }
}

impl<'t> Reader<'t> {
    /// Reads a value that may be nested so deep, and gives it as it is written.
    fn raw(&mut self, levels: usize) -> Result<Raw<'t>, EventError> {
        let inside = levels.checked_sub(1).ok_or(EventError::TooDeep)?;
        let first = self.peek();
        let start = self.rest;
        match first {
            Some(b'{') => self.skip_items(b'}', inside)?,
            Some(b'[') => self.skip_items(b']', inside)?,
            Some(b'"') => drop(self.text()?),
            Some(b'n') => self.word("null")?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            _ => drop(self.number()?),
        }
        Ok(Raw(start.get(..start.len().saturating_sub(self.rest.len())).unwrap_or_default()))
    }

    fn skip_items(&mut self, close: u8, levels: usize) -> Result<(), EventError> {
        self.skip();
        let mut is_first = true;
        while self.has_more(close, is_first)? {
            is_first = false;
            if close == b'}' {
                self.name()?;
            }
            self.raw(levels)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Value, json::object};

    proptest! {
        #[test]
        fn sees_what_the_tree_holds(
            text in r#"\{("[ab\\u0061"]{0,4}" ?: ?(1|-0\.5e3|null|"x\\n"|\[[1,]{0,3}\]|\{"a":[2x]\}),?){0,3}\} ?"#,
        ) {
            let members = Members::read(text.as_bytes(), |_| true);
            match (object(text.as_bytes()), members) {
                (Ok(fields), Ok(members)) => {
                    prop_assert_eq!(fields.iter().count(), members.0.len());
                    for (name, raw) in &members.0 {
                        let text = match fields.get(name) {
                            Some(Value::Text(text)) => Some(text.clone()),
                            Some(_) => None,
                            None => return Err(TestCaseError::fail(name.clone())),
                        };
                        prop_assert_eq!(raw.text(), text);
                    }
                }
                // Within a value that is passed over, nobody looks for names that come twice.
                (Err(EventError::FieldRepeated), _) => {}
                (tree, members) => prop_assert_eq!(tree.err(), members.err()),
            }
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply_as_the_tree_does() {
        for levels in [64, 65, 10_000] {
            let text = "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
            assert_eq!(Members::read(text.as_bytes(), |_| true).err(), object(text.as_bytes()).err(), "{levels}");
        }
    }

    #[test]
    fn refuses_a_wanted_name_that_comes_twice() {
        let text = br#"{"a":1,"b":2,"\u0061":3}"#;
        assert_eq!(Members::read(text, |name| name == "a").err(), Some(EventError::FieldRepeated));
        assert!(Members::read(text, |name| name == "b").is_ok());
    }
}
