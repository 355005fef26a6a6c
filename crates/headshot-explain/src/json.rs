//! JSON in its smallest parts, because it matters how it is written and not only what it says.

use alloc::{borrow::Cow, vec::Vec};

use hifijson::{Error, Expect, SliceLexer, num::LexWrite as _, str::LexAlloc as _, token::Lex};

/// As deep as a body may be nested that is read as an event.
const LEVELS: usize = 65;

/// A part of a JSON text; commas and colons follow from the others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// `{` or `[`.
    Open(u8),
    /// `}` or `]`.
    Close(u8),
    /// The name of a member, whose value comes next.
    Name(Cow<'t, str>),
    Text(Cow<'t, str>),
    /// A number or a word, as it is written.
    Plain(&'t str),
}

/// Every token of a text that is one JSON value.
pub(crate) fn tokens(text: &[u8]) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut lexer = SliceLexer::new(text);
    lexer.exactly_one(Lex::ws_peek, |first, lexer| value(first, lexer, LEVELS, &mut tokens)).ok().map(|()| tokens)
}

fn value<'t>(first: u8, lexer: &mut SliceLexer<'t>, levels: usize, tokens: &mut Vec<Token<'t>>) -> Result<(), Error> {
    let inside = levels.checked_sub(1).ok_or(Error::Depth)?;
    match first {
        b'{' | b'[' => {
            // The two brackets of a kind have a character between them.
            let close = first.wrapping_add(2);
            tokens.push(Token::Open(first));
            lexer.discarded().seq(close, Lex::ws_peek, |mut next, lexer| {
                if close == b'}' {
                    lexer.expect(|_| Some(next), b'"').ok_or(Expect::String)?;
                    tokens.push(Token::Name(lexer.str_string()?));
                    lexer.expect(Lex::ws_peek, b':').ok_or(Expect::Colon)?;
                    next = lexer.ws_peek().ok_or(Expect::Value)?;
                }
                value(next, lexer, inside, tokens)
            })?;
            tokens.push(Token::Close(close));
        }
        b'"' => tokens.push(Token::Text(lexer.discarded().str_string()?)),
        b'a'..=b'z' => tokens.push(Token::Plain(match lexer.null_or_bool().ok_or(Expect::Value)? {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        })),
        _ => tokens.push(Token::Plain(lexer.num_string().validated()?.0)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_part() {
        let name = |name: &'static str| Token::Name(name.into());
        let (open, close) = (Token::Open, Token::Close);
        let inner = [open(b'['), Token::Plain("1.50"), Token::Text("b".into()), open(b'{'), close(b'}'), close(b']')];
        let mut wanted = std::vec![open(b'{'), name("a")];
        wanted.extend(inner);
        wanted.extend([name("c"), Token::Plain("null"), close(b'}')]);
        assert_eq!(tokens(br#" {"a":[1.50,"b",{}],"c":null} "#).unwrap(), wanted);
        assert_eq!(tokens(b"1").unwrap(), [Token::Plain("1")]);
        for text in [&b""[..], b"{} {}", b"[1 2]", b"[1,]", b"{\"a\"}", b"\xff", b"[01]", b"[nul]", b"{1:2}"] {
            assert_eq!(tokens(text), None);
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply() {
        for (levels, is_read) in [(64, true), (65, false), (10_000, false)] {
            let text = "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
            assert_eq!(tokens(text.as_bytes()).is_some(), is_read, "{levels}");
        }
    }
}
