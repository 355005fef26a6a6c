//! JSON in its smallest parts, because it matters how it is written and not only what it says.

use alloc::{string::String, vec::Vec};

use headshot_verify::binding::{See, Text, read};

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
    let mut tokens = Tokens(Vec::new());
    read(core::str::from_utf8(text).ok()?, &mut tokens).ok()?;
    Some(tokens.0)
}

struct Tokens<'t>(Vec<Token<'t>>);

impl<'t> See<'t> for Tokens<'t> {
    fn bracket(&mut self, bracket: u8) {
        self.0.push(if matches!(bracket, b'{' | b'[') { Token::Open(bracket) } else { Token::Close(bracket) });
    }

    fn name(&mut self, name: Text<'t>) {
        self.0.push(Token::Name(name.decoded()));
    }

    fn text(&mut self, text: Text<'t>) {
        self.0.push(Token::Text(text.decoded()));
    }

    fn plain(&mut self, value: &'t str) {
        self.0.push(Token::Plain(value));
    }
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
