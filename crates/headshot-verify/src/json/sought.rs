//! The ids at a few places of a body that may be no JSON.

use alloc::{borrow::ToOwned, string::String};

use super::{Text, reader::is_space, without_mark};

/// How deep the places lie at most: in an object of the outermost object.
const DEEPEST: usize = 2;

/// The id at each of the places, which are JSON Pointers (RFC 6901) of one or two names: a text, or a number's digits.
///
/// Nothing is refused. Of a name that comes twice the last one with an id counts, whatever is no letter becomes U+FFFD,
/// and depth, missing brackets and what comes after them do no harm.
pub(crate) fn sought<const COUNT: usize>(body: &[u8], pointers: [&str; COUNT]) -> [Option<String>; COUNT] {
    let mut places = pointers.map(|pointer| (pointer, None));
    seek(body, &mut places);
    places.map(|(_, id)| id)
}

/// The same for any number of places, so that it is compiled once.
fn seek(body: &[u8], places: &mut [(&str, Option<String>)]) {
    let mut walk = Walk { rest: without_mark(body), depth: 0, names: Default::default() };
    while let Some(scalar) = walk.next_scalar() {
        for (pointer, found) in &mut *places {
            if walk.is_at(pointer) {
                *found = scalar.id().or_else(|| found.take());
            }
        }
    }
}

/// Whether it is more than what a program writes that has no id: nothing, white space, or a word for nothing.
pub(crate) fn is_id(text: &str) -> bool {
    !matches!(text.trim_ascii(), "" | "undefined" | "null")
}

/// A walk over everything in a body that is neither a bracket nor a name.
struct Walk<'b> {
    rest: &'b [u8],
    depth: usize,
    /// The names of the fields that it is in, from the outermost; none in an array.
    names: [Option<String>; DEEPEST],
}

/// A value without parts, as it is written.
enum Scalar<'b> {
    /// What stands between the quotation marks.
    Text(&'b [u8]),
    /// A number or a word.
    Plain(&'b [u8]),
}

impl<'b> Walk<'b> {
    fn next_scalar(&mut self) -> Option<Scalar<'b>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            match first {
                b'{' | b'[' => {
                    self.depth = self.depth.saturating_add(1);
                    self.set_name(None);
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => {
                    self.rest = rest;
                    let text = self.text()?;
                    if self.begins_with_colon() {
                        self.set_name(Text::between_marks(text).map(Text::decoded));
                        continue;
                    }
                    return Some(Scalar::Text(text));
                }
                first if is_plain(*first) => {
                    let length = self.rest.iter().take_while(|byte| is_plain(**byte)).count();
                    let (plain, rest) = self.rest.split_at_checked(length)?;
                    self.rest = rest;
                    return Some(Scalar::Plain(plain));
                }
                _ => {}
            }
            self.rest = rest;
        }
    }

    /// What stands before the next quotation mark that is no letter of the text, if there is one.
    fn text(&mut self) -> Option<&'b [u8]> {
        let mut is_escaped = false;
        let length = self.rest.iter().position(|byte| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            is_end
        })?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest.get(1..)?;
        Some(text)
    }

    fn begins_with_colon(&self) -> bool {
        self.rest.iter().find(|byte| !is_space(**byte)) == Some(&b':')
    }

    fn set_name(&mut self, name: Option<String>) {
        if let Some(place) = self.depth.checked_sub(1).and_then(|place| self.names.get_mut(place)) {
            *place = name;
        }
    }

    fn is_at(&self, pointer: &str) -> bool {
        let names = self.names.get(..self.depth).unwrap_or_default().iter().map(Option::as_deref);
        pointer.split('/').skip(1).map(Some).eq(names)
    }
}

impl Scalar<'_> {
    /// The text, or a number with its digits as they are; no other word is an id.
    fn id(&self) -> Option<String> {
        match self {
            Self::Text(text) => Text::between_marks(text).map(Text::decoded).filter(|id| is_id(id)),
            Self::Plain(plain) => {
                let plain = core::str::from_utf8(plain).ok()?;
                plain.bytes().any(|byte| byte.is_ascii_digit()).then(|| plain.to_owned())
            }
        }
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use std::{format, string::ToString};

    use proptest::prelude::*;

    use super::*;
    use crate::json::{Object, is_number, object, text as text_of};

    fn found(body: &[u8]) -> [Option<String>; 2] {
        sought(body, ["/a", "/o/i"])
    }

    fn ids(a: &str, i: &str) -> [Option<String>; 2] {
        [a, i].map(|id| Some(id.to_string()).filter(|id| !id.is_empty()))
    }

    #[test]
    fn reads_what_stands_at_a_place_and_nothing_beside_it() {
        assert_eq!(found(br#"{"a":"1","o":{"i":"2","x":{"a":"3","i":"4"}},"x":["5",{"a":"6"}]}"#), ids("1", "2"));
        assert_eq!(found(br#"{"o":[{"i":"1"}],"x":{"a":"2","i":"3"},"a":["4"]}"#), ids("", ""));
        assert_eq!(found(br#"[{"a":"1"},{"o":{"i":"2"}}]"#), ids("", ""));
        assert_eq!(found(br#"{"o/i":"1","o":"i"}"#), ids("", ""));
        assert_eq!(found(br#"{"a":7,"o":{"i":12345678901234567890}}"#), ids("7", "12345678901234567890"));
        assert_eq!(found(br#"{"a":null,"o":{"i":true}}"#), ids("", ""));
    }

    #[test]
    fn nothing_that_is_wrong_elsewhere_does_harm() {
        let deep = format!(r#"{{"x":{}{},"a":"1","o":{{"i":"2"}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(found(deep.as_bytes()), ids("1", "2"));
        for body in [
            &br#"{"x":"\ud83d","a":"1","o":{"i":"2"}}"#[..],
            b"\xef\xbb\xbf {\"x\":\"\xff\",\"a\":\"1\",\"o\":{\"i\":\"2\"}}",
            br#"{"x":1,"x":2,"a":"0","a":"1","o":{"i":"2","i":null}}"#,
            br#"{'x':NaN,"x":undefined,,"a" : "1" "o" : {"i":"2"}"#,
            br#"{"a":"1","o":{"i":"2","x":"cut o"#,
            br#"{"x":"\\","y":"\"","z":"\\\"","a":"1","o":{"i":"2"}} and more"#,
        ] {
            assert_eq!(found(body), ids("1", "2"), "{}", body.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_letter_becomes_one() {
        assert_eq!(
            found(br#"{"\u0061":"\ud83d\udcf7\ud83d!\u+123\n\/\q"}"#),
            ids("📷\u{fffd}!\u{fffd}+123\n/\u{fffd}", "")
        );
    }

    proptest! {
        #[test]
        fn sees_what_the_strict_reader_sees(
            text in r#"\{("([ao]|\\u0061)" ?: ?(1|-2\.5|null|"x\\n\\u00e9"|\[1,"a"\]|\{"i" ?:[12]\}|\{"a":3\}),?){0,2}\} ?"#,
        ) {
            if let Ok(fields) = object(text.as_bytes()) {
                let id = |value: Option<&str>| {
                    value.and_then(|value| text_of(value).or_else(|| is_number(value).then(|| value.to_string())))
                };
                let inner = fields.get("o").and_then(Object::of).and_then(|inner| id(inner.get("i")));
                prop_assert_eq!(found(text.as_bytes()), [id(fields.get("a")), inner]);
            }
        }

        #[test]
        fn takes_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = found(&body);
        }
    }
}
