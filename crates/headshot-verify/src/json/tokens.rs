//! JSON in its smallest parts, for whoever looks at how it is written rather than at what it says.

use alloc::{string::String, vec::Vec};

use super::reader::{LEVELS, Reader};

/// A part of a JSON text; commas and colons follow from the others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// `{` or `[`.
    Open(u8),
    /// `}` or `]`.
    Close(u8),
    /// The name of a member, whose value comes next.
    Name(String),
    Text(String),
    /// A number or a word, as it is written.
    Plain(&'t str),
}

/// Every token of a text that is one JSON value.
pub(crate) fn tokens(text: &[u8]) -> Option<Vec<Token<'_>>> {
    let mut reader = Reader::new(text).ok()?;
    let mut tokens = Vec::new();
    let mut closes = Vec::new();
    loop {
        // Here a value begins.
        if closes.len() >= LEVELS {
            return None;
        }
        tokens.push(match reader.peek() {
            open @ (b'{' | b'[') => {
                reader.skip();
                // The two brackets of a kind have a character between them.
                closes.push(open.wrapping_add(2));
                Token::Open(open)
            }
            b'"' => Token::Text(reader.text().ok()?.decoded()),
            _ => {
                let start = reader.rest();
                // It is neither an array nor an object.
                reader.value(1).ok()?;
                Token::Plain(reader.since(start))
            }
        });
        loop {
            let Some(close) = closes.last().copied() else { return reader.end().ok().map(|()| tokens) };
            if reader.has_more(close, matches!(tokens.last(), Some(Token::Open(_)))).ok()? {
                if close == b'}' {
                    tokens.push(Token::Name(reader.name().ok()?.decoded()));
                }
                break;
            }
            tokens.push(Token::Close(close));
            closes.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{EventError, json::object};

    proptest! {
        #[test]
        fn reads_what_the_tree_does(text in r#"\{("[ab]" ?: ?(1|-0\.5e3|01|nul|true|"x\\n"|\[[1,]{0,3}\]|\{"a":[2x]\}),?){0,3}\} ?"#) {
            match object(text.as_bytes()) {
                Ok(_) | Err(EventError::FieldRepeated) => prop_assert!(tokens(text.as_bytes()).is_some()),
                Err(_) => prop_assert_eq!(tokens(text.as_bytes()), None),
            }
        }
    }

    #[test]
    fn names_every_part() {
        let read = tokens(br#" {"a":[1.50,"b",{}],"c":null} "#).unwrap();
        let name = |name: &str| Token::Name(name.into());
        let (open, close) = ([Token::Open(b'['), Token::Open(b'{')], [Token::Close(b']'), Token::Close(b'}')]);
        let [list, object] = open;
        let [list_end, object_end] = close;
        let inner = [list, Token::Plain("1.50"), Token::Text("b".into()), object, object_end, list_end];
        let mut wanted = std::vec![Token::Open(b'{'), name("a")];
        wanted.extend(inner);
        wanted.extend([name("c"), Token::Plain("null"), Token::Close(b'}')]);
        assert_eq!(read, wanted);
        assert_eq!(tokens(b"1").unwrap(), [Token::Plain("1")]);
        for text in [&b""[..], b"{} {}", b"[1 2]", b"[1,]", b"{\"a\"}", b"\xff"] {
            assert_eq!(tokens(text), None);
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply_as_the_tree_does() {
        for levels in [64, 65, 10_000] {
            let text = "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
            assert_eq!(tokens(text.as_bytes()).is_some(), object(text.as_bytes()).is_ok(), "{levels}");
        }
    }
}
