//! Strict JSON: whatever passes here, every reader understands in the same way.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{cell::Cell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};

use crate::{EventError, Fields, Value};

/// How deep arrays and objects may be nested.
const MAX_DEPTH: u8 = 64;

/// A byte order mark, which some senders put first.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether the body could only be a JSON object; its end is not looked at.
pub(crate) fn begins_object(body: &[u8]) -> bool {
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    without_mark(body).iter().find(|byte| !is_space(byte)) == Some(&b'{')
}

/// Reads the body as one JSON object in which no name occurs twice.
pub(crate) fn object(body: &[u8]) -> Result<Fields, EventError> {
    let flaw = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(without_mark(body));
    let value = Strict { levels_left: MAX_DEPTH, flaw: &flaw }.deserialize(&mut reader);
    match value.and_then(|value| reader.end().map(|()| value)) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(EventError::NotObject),
        Err(_) => Err(flaw.take().unwrap_or(EventError::NotJson)),
    }
}

/// Takes a text out of the fields; `null` counts as absent, and anything else stays where it is.
pub(crate) fn take_text(fields: &mut Fields, name: &str) -> Option<String> {
    match fields.remove(name)? {
        Value::String(text) => Some(text),
        other => put_back(fields, name, other),
    }
}

/// Takes a truth value out of the fields; `null` counts as absent, and anything else stays where it is.
pub(crate) fn take_flag(fields: &mut Fields, name: &str) -> Option<bool> {
    match fields.remove(name)? {
        Value::Bool(flag) => Some(flag),
        other => put_back(fields, name, other),
    }
}

/// Takes an object out of the fields; `null` counts as absent, and anything else stays where it is.
pub(crate) fn take_object(fields: &mut Fields, name: &str) -> Option<Fields> {
    match fields.remove(name)? {
        Value::Object(object) => Some(object),
        other => put_back(fields, name, other),
    }
}

/// Takes out a text that has to be there; `pointer` is where it stands in the whole body.
pub(crate) fn require_text(fields: &mut Fields, name: &str, pointer: &'static str) -> Result<String, EventError> {
    match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(EventError::FieldMalformed { pointer }),
        None => Err(EventError::FieldMissing { pointer }),
    }
}

fn put_back<T>(fields: &mut Fields, name: &str, value: Value) -> Option<T> {
    if !value.is_null() {
        fields.insert(name.to_owned(), value);
    }
    None
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(MARK).unwrap_or(body)
}

/// Reads one value, and leaves in `flaw` what is wrong with it beyond syntax.
#[derive(Clone, Copy)]
struct Strict<'f> {
    levels_left: u8,
    flaw: &'f Cell<Option<EventError>>,
}

impl Strict<'_> {
    fn refuse<E: Error>(self, flaw: EventError) -> E {
        self.flaw.set(Some(flaw));
        E::custom("refused")
    }

    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.levels_left.checked_sub(1) {
            Some(levels_left) => Ok(Self { levels_left, ..self }),
            None => Err(self.refuse(EventError::TooDeep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut fields = Fields::new();
        while let Some(name) = entries.next_key::<String>()? {
            if fields.contains_key(&name) {
                return Err(self.refuse(EventError::FieldRepeated));
            }
            fields.insert(name, entries.next_value_seed(inner)?);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use std::{format, vec::Vec};

    use super::*;

    #[test]
    fn reads_an_object_with_a_byte_order_mark_and_white_space() {
        assert!(begins_object(b"\xef\xbb\xbf \r\n\t{}"));
        assert_eq!(object(b"\xef\xbb\xbf {\"a\": [1, -1, 1.5, null, true, \"x\"]} ").unwrap().len(), 1);
    }

    #[test]
    fn refuses_what_is_not_an_object() {
        for body in [&b"[]"[..], b"1767323045.{}", b"\"{\"", b"null", b"", b"   ", b"\xef\xbb{}"] {
            assert!(!begins_object(body), "{body:?}");
        }
        assert_eq!(object(b"[{}]"), Err(EventError::NotObject));
        assert_eq!(object(b"null"), Err(EventError::NotObject));
    }

    #[test]
    fn refuses_what_is_not_json() {
        let bodies: [&[u8]; 9] = [
            b"",
            b"{",
            b"{} {}",
            b"{,}",
            b"{'a':1}",
            b"{\"a\":01}",
            b"{\"a\":\"\xff\"}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":NaN}",
        ];
        for body in bodies {
            assert_eq!(object(body), Err(EventError::NotJson), "{body:?}");
        }
    }

    #[test]
    fn refuses_a_name_given_twice_at_any_level_and_however_it_is_written() {
        for body in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"b":{"a":1,"c":2,"a":3}}]}"#] {
            assert_eq!(object(body.as_bytes()), Err(EventError::FieldRepeated), "{body}");
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply() {
        let nested = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels) + "1", "}".repeat(levels));
        assert!(object(nested(64).as_bytes()).is_ok());
        assert_eq!(object(nested(65).as_bytes()), Err(EventError::TooDeep));
        assert_eq!(object(nested(10_000).as_bytes()), Err(EventError::TooDeep));
        let arrays: Vec<u8> = [b"{\"a\":".as_slice(), &[b'['; 10_000]].concat();
        assert_eq!(object(&arrays), Err(EventError::TooDeep));
    }
}
