use alloc::{string::String, vec::Vec};

use super::{
    Fields, Value,
    reader::{LEVELS, Reader, Trouble, is_space},
};
use crate::EventError;

/// A byte order mark, which some senders put first.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether the body could only be a JSON object; its end is not looked at.
pub(crate) fn begins_object(body: &[u8]) -> bool {
    without_mark(body).iter().find(|byte| !is_space(**byte)) == Some(&b'{')
}

/// Reads the body as one JSON object in which no name occurs twice.
pub(crate) fn object(body: &[u8]) -> Result<Fields, EventError> {
    let mut tree = Tree { reader: Reader::new(without_mark(body))?, is_repeated: false };
    match tree.whole()? {
        _ if tree.is_repeated => Err(EventError::FieldRepeated),
        Value::Object(fields) => Ok(fields),
        _ => Err(EventError::NotObject),
    }
}

/// Builds the tree of a value while it is read.
struct Tree<'t> {
    reader: Reader<'t>,
    /// Whether an object names a field twice, which is said only of what is JSON.
    is_repeated: bool,
}

impl Tree<'_> {
    fn whole(&mut self) -> Result<Value, Trouble> {
        let mut value = Value::Null;
        self.value(&mut value, LEVELS)?;
        self.reader.end()?;
        Ok(value)
    }

    fn value(&mut self, into: &mut Value, levels: usize) -> Result<(), Trouble> {
        let inside = levels.checked_sub(1).ok_or(Trouble::TooDeep)?;
        *into = match self.reader.peek() {
            b'{' => {
                let mut fields = Vec::new();
                self.object(&mut fields, inside)?;
                Value::Object(self.ordered(fields))
            }
            b'[' => {
                let mut items = Vec::new();
                self.array(&mut items, inside)?;
                Value::Array(items)
            }
            b'"' => Value::Text(self.reader.text()?.decoded()),
            b'n' => return self.reader.word("null"),
            b't' => self.reader.word("true").map(|()| Value::Flag(true))?,
            b'f' => self.reader.word("false").map(|()| Value::Flag(false))?,
            _ => Value::Number(self.reader.number()?.decoded()),
        };
        Ok(())
    }

    fn object(&mut self, fields: &mut Vec<(String, Value)>, levels: usize) -> Result<(), Trouble> {
        self.reader.skip();
        while self.reader.has_more(b'}', fields.is_empty())? {
            fields.push((self.reader.name()?.decoded(), Value::Null));
            if let Some((_, value)) = fields.last_mut() {
                self.value(value, levels)?;
            }
        }
        Ok(())
    }

    fn array(&mut self, items: &mut Vec<Value>, levels: usize) -> Result<(), Trouble> {
        self.reader.skip();
        while self.reader.has_more(b']', items.is_empty())? {
            items.push(Value::Null);
            if let Some(item) = items.last_mut() {
                self.value(item, levels)?;
            }
        }
        Ok(())
    }

    fn ordered(&mut self, fields: Vec<(String, Value)>) -> Fields {
        let fields = Fields::sorted(fields);
        self.is_repeated |= fields.has_repeated();
        fields
    }
}

/// The body without a byte order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(MARK).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use std::{format, string::ToString};

    use super::*;

    #[test]
    fn reads_an_object_with_a_byte_order_mark_and_white_space() {
        assert!(begins_object(b"\xef\xbb\xbf \r\n\t{}"));
        let fields = object(b"\xef\xbb\xbf { \"a\" : [ ] }\n").unwrap();
        assert_eq!(fields.get("a"), Some(&Value::Array([].into())));
    }

    #[test]
    fn writes_what_it_read() {
        let text = r#"{"a":[null,true,false,-1.50e+3,12345678901234567890123],"b":{},"c":"\"\\\u000a\u001f/Ωé📷"}"#;
        let fields = object(text.as_bytes()).unwrap();
        assert_eq!(Value::Object(fields).to_string(), text);
    }

    #[test]
    fn reads_escapes() {
        let fields = object(br#"{"\u0061":"\"\\\/\b\f\n\r\t\u00e9\ud83d\udcf7"}"#).unwrap();
        assert_eq!(fields.get("a"), Some(&Value::Text("\"\\/\u{8}\u{c}\n\r\té📷".into())));
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
        let arrays = format!("{{\"a\":{}", "[".repeat(10_000));
        assert_eq!(object(arrays.as_bytes()), Err(EventError::TooDeep));
    }
}
