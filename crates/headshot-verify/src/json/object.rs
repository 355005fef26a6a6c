//! Objects while they are read: each field is taken out once, and what nobody takes is kept as it was written.

use alloc::{borrow::Cow, collections::BinaryHeap, string::String, vec::Vec};

use super::{
    Fields, Text, Value,
    reader::{See, is_space, read},
};
use crate::EventError;

/// A byte order mark, which some senders put first.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A value that is worth being parsed later, or never.
const LONG_BYTES: usize = 1024;

/// More than most objects have, so that they are not moved each time that one is added.
const USUAL_FIELDS: usize = 32;

/// So many names are compared each with each; more are sorted first, so that nobody can make it long.
const FEW: usize = 16;

/// The body without a byte order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(MARK).unwrap_or(body)
}

/// Whether the body could only be a JSON object; its end is not looked at.
pub(crate) fn begins_object(body: &[u8]) -> bool {
    without_mark(body).iter().find(|byte| !is_space(**byte)) == Some(&b'{')
}

/// Reads the body as one JSON object in which no name occurs twice, however deeply.
pub(crate) fn object(body: &[u8]) -> Result<Object<'_>, EventError> {
    strict(body).map(|strict| strict.object)
}

/// What another reader of JSON may want to know of a body that is read as strictly as any event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Whether a number has a fraction, an exponent or more than 15 digits, or is `-0`: a reader whose numbers are floating
    /// loses how it was written.
    pub has_unusual_numbers: bool,
    /// Where the field stands that takes most of a long body: where its name begins and ends, with the quotation marks, and
    /// its value.
    pub most: Option<[usize; 4]>,
}

/// Looks at a body for another reader.
///
/// # Errors
///
/// As of reading any event.
pub fn looked(body: &[u8]) -> Result<Look, EventError> {
    let Strict { object, has_unusual_numbers, .. } = strict(body)?;
    let least = (body.len() / 2).max(LONG_BYTES);
    let place = |part: &str| part.as_ptr().addr().wrapping_sub(body.as_ptr().addr());
    let end = |part: &str| place(part).wrapping_add(part.len());
    let most = object.0.iter().find(|(_, value)| value.len() > least).map(|(name, value)| {
        let name = name.written();
        [place(name).wrapping_sub(1), end(name).wrapping_add(1), place(value), end(value)]
    });
    Ok(Look { has_unusual_numbers, most })
}

fn strict(body: &[u8]) -> Result<Strict<'_>, EventError> {
    let text = core::str::from_utf8(without_mark(body)).map_err(|_| EventError::NotJson)?;
    let object = Object(Vec::with_capacity(USUAL_FIELDS));
    let mut strict = Strict { object, names: Vec::with_capacity(USUAL_FIELDS), ..Strict::default() };
    match read(text, &mut strict) {
        Err(trouble) => Err(trouble.into()),
        Ok(_) if strict.has_repeated => Err(EventError::FieldRepeated),
        Ok(false) => Err(EventError::NotObject),
        Ok(true) => Ok(strict),
    }
}

/// The fields of an object that are not taken out yet, each with its value as it is written.
#[derive(Default)]
pub(crate) struct Object<'t>(Vec<(Text<'t>, Cow<'t, str>)>);

impl<'t> See<'t> for Object<'t> {
    fn member(&mut self, name: Text<'t>, value: &'t str) {
        self.0.push((name, Cow::Borrowed(value)));
    }
}

/// The fields of an object, and whether a name is repeated in any object of the text.
#[derive(Default)]
struct Strict<'t> {
    object: Object<'t>,
    has_repeated: bool,
    has_unusual_numbers: bool,
    /// The names in the objects that are open.
    names: Vec<Text<'t>>,
}

impl<'t> See<'t> for Strict<'t> {
    fn member(&mut self, name: Text<'t>, value: &'t str) {
        self.object.member(name, value);
    }

    fn plain(&mut self, value: &'t str) {
        self.has_unusual_numbers |= is_number(value) && !is_usual(value);
    }

    fn opens(&mut self) -> usize {
        self.names.len()
    }

    fn name(&mut self, name: Text<'t>) {
        self.names.push(name);
    }

    fn closes(&mut self, outer: usize) {
        self.has_repeated |= has_repeated(self.names.get(outer..).unwrap_or_default());
        self.names.truncate(outer);
    }
}

fn has_repeated(names: &[Text<'_>]) -> bool {
    if names.len() > FEW {
        let sorted = BinaryHeap::from(names.to_vec()).into_sorted_vec();
        return !sorted.is_sorted_by(|one, other| one < other);
    }
    let mut rest = names;
    while let [name, others @ ..] = rest {
        if others.contains(name) {
            return true;
        }
        rest = others;
    }
    false
}

impl<'t> Object<'t> {
    /// The fields of a value that was read before, if it is an object.
    pub(crate) fn of(value: &'t str) -> Option<Self> {
        let mut object = Self::default();
        read(value, &mut object).is_ok_and(|is_object| is_object).then_some(object)
    }

    /// What is left, to be kept.
    #[inline(never)]
    pub(crate) fn into_fields(self) -> Fields {
        let mut fields = Vec::with_capacity(self.0.len());
        for (name, value) in self.0 {
            fields.push((name.decoded(), Value::of(value.into_owned())));
        }
        Fields::of(fields)
    }

    /// The field `name` as it is written.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(self.place(name)?).map(|(_, value)| &**value)
    }

    /// Takes a text out, and says whether there was one.
    ///
    /// Here and below, `null` counts as absent and is taken out, and anything else stays where it is.
    #[inline(never)]
    pub(crate) fn optional_text(&mut self, name: &str, into: &mut Option<String>) -> bool {
        *into = self.take(name, text);
        into.is_some()
    }

    /// Takes an integer out, as its digits, and says whether there was one.
    #[inline(never)]
    pub(crate) fn optional_integer(&mut self, name: &str, into: &mut Option<String>) -> bool {
        *into = self.take(name, integer);
        into.is_some()
    }

    /// Takes a word of a provider out, and says whether there was one.
    pub(crate) fn optional_word(&mut self, name: &str, into: &mut Option<impl From<String>>) -> bool {
        *into = self.take(name, text).map(From::from);
        into.is_some()
    }

    /// Takes a truth value out, and says whether there was one.
    #[inline(never)]
    pub(crate) fn flag(&mut self, name: &str, into: &mut Option<bool>) -> bool {
        *into = self.take(name, |value| value.parse().ok());
        into.is_some()
    }

    /// Takes the texts out of an object, each after its name and ordered by it, and says whether there was an object.
    pub(crate) fn named_texts(&mut self, name: &str, into: &mut Vec<(String, String)>) -> bool {
        let Some(place) = self.place(name) else { return false };
        let Some((_, value)) = self.0.get_mut(place) else { return false };
        let Some(object) = Object::of(value) else { return self.take(name, |_| None::<()>).is_some() };
        let mut others = Object::default();
        for (name, value) in object.0 {
            match text(&value) {
                Some(text) => into.push((name.decoded(), text)),
                None if &*value == "null" => {}
                None => others.0.push((name, value)),
            }
        }
        *into = BinaryHeap::from(core::mem::take(into)).into_sorted_vec();
        if others.0.is_empty() {
            self.0.remove(place);
        } else {
            *value = Cow::Owned(others.into_fields().to_object());
        }
        true
    }

    /// Takes out texts that may lie in arrays, and in arrays of arrays; it says whether there was nothing else.
    #[inline(never)]
    pub(crate) fn flat_texts(&mut self, name: &str, into: &mut Vec<String>) -> bool {
        let texts = self.take(name, flat_texts);
        let is_flat = texts.is_some();
        *into = texts.unwrap_or_default();
        is_flat
    }

    /// Takes a field out if it can be read so, or is `null`.
    #[inline(never)]
    pub(crate) fn take<T>(&mut self, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let place = self.place(name)?;
        let (_, value) = self.0.get(place)?;
        let taken = read(value);
        if taken.is_some() || value == "null" {
            self.0.remove(place);
        }
        taken
    }

    /// The same of a field that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require<T>(
        &mut self,
        name: &str,
        pointer: &'static str,
        read: fn(&str) -> Option<T>,
    ) -> Result<T, EventError> {
        let is_there = self.place(name).is_some();
        let refusal =
            if is_there { EventError::FieldMalformed { pointer } } else { EventError::FieldMissing { pointer } };
        self.take(name, read).ok_or(refusal)
    }

    #[inline(never)]
    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(other, _)| other.is(name))
    }
}

/// The text that a value is.
pub(crate) fn text(value: &str) -> Option<String> {
    Text::of(value).map(Text::decoded)
}

/// Whether a value is a text.
pub(crate) fn is_text(value: &str) -> bool {
    value.starts_with('"')
}

/// The digits of a number that is written without a decimal point and without an exponent.
pub(crate) fn integer(value: &str) -> Option<String> {
    let is_integer = is_number(value) && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_integer.then(|| value.into())
}

/// Whether a number has so few digits that every reader keeps them, and nothing else.
fn is_usual(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit()) && number != "-0"
}

pub(crate) fn is_number(value: &str) -> bool {
    value.bytes().next().is_some_and(|first| first == b'-' || first.is_ascii_digit())
}

/// The texts that a value has, if it is nothing but texts in arrays and arrays of arrays.
fn flat_texts(value: &str) -> Option<Vec<String>> {
    let mut flat = Flat::default();
    read(value, &mut flat).ok()?;
    (!flat.has_others).then_some(flat.texts)
}

#[derive(Default)]
struct Flat {
    texts: Vec<String>,
    has_others: bool,
}

impl<'t> See<'t> for Flat {
    fn text(&mut self, text: Text<'t>) {
        self.texts.push(text.decoded());
    }

    fn plain(&mut self, value: &'t str) {
        self.has_others |= value != "null";
    }

    fn opens(&mut self) -> usize {
        self.has_others = true;
        0
    }
}

#[cfg(test)]
mod tests {
    use std::{format, string::String, vec::Vec};

    use super::*;

    #[test]
    fn reads_an_object_with_a_byte_order_mark_and_white_space() {
        assert!(begins_object(b"\xef\xbb\xbf \r\n\t{}"));
        let fields = object(b"\xef\xbb\xbf { \"a\" : [ ] }\n").unwrap();
        assert_eq!(fields.get("a"), Some("[ ]"));
    }

    #[test]
    fn writes_what_it_read() {
        let text = r#"{"a":[null,true,false,-1.50e+3,12345678901234567890123],"b":{},"c":"\"\\\u000a\u001f/Ωé📷"}"#;
        let fields = object(text.as_bytes()).unwrap().into_fields();
        assert_eq!(fields.to_object(), text);
    }

    #[test]
    fn reads_escapes() {
        let fields = object(br#"{"\u0061":"\"\\\/\b\f\n\r\t\u00e9\ud83d\udcf7"}"#).unwrap();
        assert_eq!(fields.get("a").and_then(super::text).unwrap(), "\"\\/\u{8}\u{c}\n\r\té📷");
    }

    #[test]
    fn refuses_what_is_not_an_object() {
        for body in [&b"[]"[..], b"1767323045.{}", b"\"{\"", b"null", b"", b"   ", b"\xef\xbb{}"] {
            assert!(!begins_object(body), "{body:?}");
        }
        assert_eq!(object(b"[{}]").err(), Some(EventError::NotObject));
        assert_eq!(object(b"null").err(), Some(EventError::NotObject));
    }

    #[test]
    fn refuses_what_is_not_json() {
        let bodies: [&[u8]; 18] = [
            b"",
            b"{",
            b"{} {}",
            b"{,}",
            b"{\"a\":1,}",
            b"{'a':1}",
            b"{\"a\" 1}",
            b"{\"a\":01}",
            b"{\"a\":1.}",
            b"{\"a\":+1}",
            b"{\"a\":-}",
            b"{\"a\":NaN}",
            b"{\"a\":nul}",
            b"{\"a\":\"\xff\"}",
            b"{\"a\":\"\n\"}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\\x41\"}",
            b"{\"a\":\"",
        ];
        for body in bodies {
            assert_eq!(object(body).err(), Some(EventError::NotJson), "{body:?}");
        }
    }

    #[test]
    fn refuses_a_name_given_twice_at_any_level_and_however_it_is_written() {
        for body in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"b":{"a":1,"c":2,"a":3}}]}"#] {
            assert_eq!(object(body.as_bytes()).err(), Some(EventError::FieldRepeated), "{body}");
        }
    }

    #[test]
    fn many_names_are_told_apart_as_few_are() {
        let written = |names: &[String]| format!("{{{}}}", names.join(":1,") + ":1");
        let mut names: Vec<String> = (0..1000).map(|number| format!("\"{number}\"")).collect();
        assert!(object(written(&names).as_bytes()).is_ok());
        names.push("\"\\u0039\"".into());
        assert_eq!(object(written(&names).as_bytes()).err(), Some(EventError::FieldRepeated));
    }

    #[test]
    fn refuses_what_is_nested_too_deeply() {
        let nested = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels) + "1", "}".repeat(levels));
        assert!(object(nested(64).as_bytes()).is_ok());
        assert_eq!(object(nested(65).as_bytes()).err(), Some(EventError::TooDeep));
        assert_eq!(object(nested(10_000).as_bytes()).err(), Some(EventError::TooDeep));
        let arrays = format!("{{\"a\":{}", "[".repeat(10_000));
        assert_eq!(object(arrays.as_bytes()).err(), Some(EventError::TooDeep));
    }
}
