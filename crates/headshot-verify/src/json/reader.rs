use alloc::{borrow::Cow, borrow::ToOwned};

use hifijson::{Error, SliceLexer, token::Lex, value};

use super::{Fields, Value};
use crate::EventError;

/// Arrays and objects may be nested 64 deep; what is in the innermost is a level of its own.
const LEVELS: usize = 65;

/// A byte order mark, which some senders put first.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A value that borrows from the body.
type Borrowed<'b> = value::Value<&'b str, Cow<'b, str>>;

/// Whether the body could only be a JSON object; its end is not looked at.
pub(crate) fn begins_object(body: &[u8]) -> bool {
    SliceLexer::new(without_mark(body)).ws_peek() == Some(b'{')
}

/// Reads the body as one JSON object in which no name occurs twice.
pub(crate) fn object(body: &[u8]) -> Result<Fields, EventError> {
    let value = SliceLexer::new(without_mark(body)).exactly_one(Lex::ws_peek, read);
    match value.map(owned) {
        Ok(Ok(Value::Object(fields))) => Ok(fields),
        Ok(Ok(_)) => Err(EventError::NotObject),
        Ok(Err(repeated)) => Err(repeated),
        Err(Error::Depth) => Err(EventError::TooDeep),
        Err(_) => Err(EventError::NotJson),
    }
}

/// The same without a byte order mark, which has no place within a token.
pub(crate) fn strict_object(text: &[u8]) -> Result<Fields, EventError> {
    if text.starts_with(MARK) { Err(EventError::NotJson) } else { object(text) }
}

fn read<'b>(next: u8, lexer: &mut SliceLexer<'b>) -> Result<Borrowed<'b>, Error> {
    value::parse_bounded(LEVELS, next, lexer)
}

fn owned(value: Borrowed<'_>) -> Result<Value, EventError> {
    Ok(match value {
        value::Value::Null => Value::Null,
        value::Value::Bool(flag) => Value::Flag(flag),
        value::Value::Number((digits, _)) => Value::Number(digits.to_owned()),
        value::Value::String(text) => Value::Text(text.into_owned()),
        value::Value::Array(items) => Value::Array(items.into_iter().map(owned).collect::<Result<_, _>>()?),
        value::Value::Object(entries) => {
            let fields = entries.into_iter().map(|(name, value)| Ok((name.into_owned(), owned(value)?)));
            Value::Object(Fields::new(fields.collect::<Result<_, _>>()?)?)
        }
    })
}

fn without_mark(body: &[u8]) -> &[u8] {
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
