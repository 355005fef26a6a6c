//! A look at the members of one object that builds no tree: all that a token needs.

use super::{
    Text,
    reader::{See, read},
};

/// More members than any token has; nobody can make the search for repeated names long.
const MOST_MEMBERS: usize = 128;

/// Members of a JSON object, with their values as they are written.
pub(crate) struct Members<'t> {
    members: [(Text<'t>, Raw<'t>); MOST_MEMBERS],
    count: usize,
}

impl Default for Members<'_> {
    fn default() -> Self {
        Self { members: [Default::default(); MOST_MEMBERS], count: 0 }
    }
}

/// A JSON value as it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Raw<'t>(&'t str);

impl<'t> Members<'t> {
    /// Takes in the members of an object that are wanted, or all of them; `None` if the text is no JSON object, or one
    /// of them is there twice.
    pub(crate) fn read(&mut self, text: &'t [u8], wanted: Option<&[&str]>) -> Option<()> {
        let mut taking = Taking { members: self, wanted, are_new: true };
        let is_object = read(core::str::from_utf8(text).ok()?, &mut taking).ok()?;
        (is_object && taking.are_new).then_some(())
    }

    fn push(&mut self, name: Text<'t>, value: Raw<'t>) -> Option<()> {
        let is_new = self.all().iter().all(|(other, _)| *other != name);
        *self.members.get_mut(self.count).filter(|_| is_new)? = (name, value);
        self.count = self.count.wrapping_add(1);
        Some(())
    }

    fn all(&self) -> &[(Text<'t>, Raw<'t>)] {
        self.members.get(..self.count).unwrap_or_default()
    }

    /// The value of one of them.
    pub(crate) fn get(&self, name: &str) -> Option<Raw<'t>> {
        self.all().iter().find(|(other, _)| other.is(name)).map(|(_, value)| *value)
    }
}

/// Takes in members.
struct Taking<'m, 't> {
    members: &'m mut Members<'t>,
    wanted: Option<&'m [&'m str]>,
    are_new: bool,
}

impl<'t> See<'t> for Taking<'_, 't> {
    fn member(&mut self, name: Text<'t>, value: &'t str) {
        if self.wanted.is_none_or(|names| names.iter().any(|wanted| name.is(wanted))) {
            self.are_new &= self.members.push(name, Raw(value)).is_some();
        }
    }
}

impl<'t> Raw<'t> {
    /// The text, if it is one.
    pub(crate) fn text(self) -> Option<Text<'t>> {
        Text::of(self.0)
    }

    /// Whether it is the same text as the other, or else is written as the other.
    pub(crate) fn is(self, other: Self) -> bool {
        match (self.text(), other.text()) {
            (None, None) => self.0 == other.0,
            (one, other) => one == other,
        }
    }

    /// The characters of a number or a word.
    pub(crate) const fn plain(self) -> &'t str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::ToOwned as _, format, string::String, vec::Vec};

    use proptest::prelude::*;

    use super::*;
    use crate::{EventError, json::object};

    fn members<'t>(text: &'t [u8], wanted: Option<&[&str]>) -> Option<Members<'t>> {
        let mut members = Members::default();
        members.read(text, wanted).map(|()| members)
    }

    proptest! {
        #[test]
        fn sees_what_the_tree_holds(
            text in r#"\{("[ab\\u0061"]{0,4}" ?: ?(1|-0\.5e3|null|"x\\n"|\[[1,]{0,3}\]|\{"a":[2x]\}),?){0,3}\} ?"#,
        ) {
            let members = members(text.as_bytes(), None);
            match (object(text.as_bytes()), members) {
                (Ok(fields), Some(members)) => {
                    let fields = fields.into_fields();
                    prop_assert_eq!(fields.iter().count(), members.count);
                    for (name, value) in fields.iter() {
                        let member = members.all().iter().find(|(other, _)| other.decoded() == name);
                        let Some((_, raw)) = member else { return Err(TestCaseError::fail(name.to_owned())) };
                        prop_assert_eq!(raw.plain(), value.as_json());
                        prop_assert_eq!(raw.text().map(Text::decoded), value.text());
                    }
                }
                // Within a value that is passed over, nobody looks for names that come twice.
                (Err(EventError::FieldRepeated), _) => {}
                (tree, members) => prop_assert_eq!(tree.is_ok(), members.is_some()),
            }
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply_as_the_tree_does() {
        for levels in [64, 65, 10_000] {
            let text = "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
            let members = members(text.as_bytes(), None);
            assert_eq!(members.is_some(), object(text.as_bytes()).is_ok(), "{levels}");
        }
    }

    #[test]
    fn refuses_a_wanted_name_that_comes_twice() {
        let text = br#"{"a":1,"b":2,"\u0061":3}"#;
        assert!(members(text, None).is_none());
        assert!(members(text, Some(&["a"])).is_none());
        assert!(members(text, Some(&["b"])).is_some());
    }

    #[test]
    fn holds_as_many_as_it_has_room_for() {
        let object = |count: usize| {
            let members: Vec<String> = (0..count).map(|number| format!("\"{number}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(members(object(MOST_MEMBERS).as_bytes(), None).is_some());
        assert!(members(object(MOST_MEMBERS + 1).as_bytes(), None).is_none());
    }

    #[test]
    fn the_same_text_may_be_written_in_several_ways() {
        let members = members(br#"{"a":"x","b":"\u0078","c":"X","d":1,"e":1.0,"f":1}"#, None).unwrap();
        let are_same = |one, other| members.get(one).unwrap().is(members.get(other).unwrap());
        assert!(are_same("a", "b") && are_same("d", "f"));
        assert!(!are_same("a", "c") && !are_same("d", "e") && !are_same("a", "d"));
    }
}
