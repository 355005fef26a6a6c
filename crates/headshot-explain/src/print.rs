//! JSON printed again, in the ways that senders print it.

use alloc::vec::Vec;
use core::slice;

use crate::json::{self, Token};

/// A way to print JSON: how to call it, and the habits that senders combine.
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(crate) struct Style {
    pub(crate) name: &'static str,
    /// A space after commas and colons, as Python prints.
    is_spaced: bool,
    /// `&`, `<`, `>` and two line separators are escaped, as Go and Rails do.
    html: bool,
    /// Everything but ASCII is escaped.
    non_ascii: bool,
    /// `/` is escaped, as PHP does.
    slash: bool,
    /// Escapes are in upper case, and `'` and `+` have one too, as .NET prints.
    dotnet: bool,
}

const COMPACT: Style =
    Style { name: "without white space", is_spaced: false, html: false, non_ascii: false, slash: false, dotnet: false };
const SPACED: Style = Style { name: "with a space after commas and colons", is_spaced: true, ..COMPACT };

/// Every style, the likely ones first.
pub(crate) const STYLES: [Style; 8] = [
    COMPACT,
    SPACED,
    Style { name: "without white space, and & < > escaped", html: true, ..COMPACT },
    Style { name: "without white space, and all but ASCII escaped", non_ascii: true, ..COMPACT },
    Style { name: "with a space after commas and colons, and all but ASCII escaped", non_ascii: true, ..SPACED },
    Style {
        name: "without white space, and slashes and all but ASCII escaped",
        non_ascii: true,
        slash: true,
        ..COMPACT
    },
    Style { name: "without white space, and slashes escaped", slash: true, ..COMPACT },
    Style {
        name: "without white space, and escaped as .NET does",
        html: true,
        non_ascii: true,
        dotnet: true,
        ..COMPACT
    },
];

/// JSON whose fields keep their order and whose numbers keep their digits.
pub(crate) struct Json<'t>(Vec<Token<'t>>);

impl<'t> Json<'t> {
    /// Reads a text as one JSON value.
    pub(crate) fn read(text: &'t [u8]) -> Option<Self> {
        json::tokens(text).map(Self)
    }

    /// The text, if it is one and nothing else.
    pub(crate) fn text(&self) -> Option<&str> {
        match &*self.0 {
            [Token::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The bytes that Node's `Buffer` prints as an object.
    pub(crate) fn node_buffer(&self) -> Option<Vec<u8>> {
        let [Token::Open(b'{'), Token::Name(_), Token::Text(kind), Token::Name(name), Token::Open(b'['), rest @ ..] =
            &*self.0
        else {
            return None;
        };
        let [numbers @ .., Token::Close(_), Token::Close(_)] = rest else { return None };
        if kind != "Buffer" || name != "data" {
            return None;
        }
        let mut bytes = Vec::new();
        for number in numbers {
            let Token::Plain(digits) = number else { return None };
            bytes.push(digits.parse().ok()?);
        }
        Some(bytes)
    }

    /// Whether it is an object of several fields, and every object in it is in alphabetical order.
    pub(crate) fn is_sorted(&self) -> bool {
        /// Fewer may be in that order by chance.
        const FEWEST: usize = 4;
        let mut fields = 0_usize;
        // The last name in each array and object that is open; no name is before an empty one.
        let mut last: Vec<&str> = Vec::new();
        for token in &self.0 {
            match (token, last.len()) {
                (Token::Open(_), _) => last.push(""),
                (Token::Close(_), _) => {
                    last.pop();
                }
                (Token::Name(name), depth) => {
                    let Some(last) = last.last_mut().filter(|last| **last <= name.as_str()) else { return false };
                    *last = name;
                    fields = fields.saturating_add(usize::from(depth == 1));
                }
                _ => {}
            }
        }
        fields >= FEWEST
    }

    /// Prints it.
    pub(crate) fn printed(&self, style: &Style) -> Vec<u8> {
        let mut printer = Printer { out: Vec::new(), style };
        let mut before: Option<&Token<'_>> = None;
        for token in &self.0 {
            if !matches!((before, token), (None | Some(Token::Open(_) | Token::Name(_)), _) | (_, Token::Close(_))) {
                printer.mark(b',');
            }
            printer.token(token);
            before = Some(token);
        }
        printer.out
    }
}

struct Printer<'s> {
    out: Vec<u8>,
    style: &'s Style,
}

impl Printer<'_> {
    fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Open(bracket) | Token::Close(bracket) => self.print(&[*bracket]),
            Token::Plain(digits) => self.print(digits.as_bytes()),
            Token::Text(text) => self.text(text),
            Token::Name(name) => {
                self.text(name);
                self.mark(b':');
            }
        }
    }

    /// A comma or colon.
    fn mark(&mut self, mark: u8) {
        self.print(&[mark]);
        if self.style.is_spaced {
            self.print(b" ");
        }
    }

    fn text(&mut self, text: &str) {
        self.print(b"\"");
        for letter in text.chars() {
            self.letter(letter);
        }
        self.print(b"\"");
    }

    fn letter(&mut self, letter: char) {
        let Style { html, non_ascii, slash, dotnet, .. } = *self.style;
        let short: &[u8] = match letter {
            '\\' => b"\\\\",
            '"' if !dotnet => b"\\\"",
            '/' if slash => b"\\/",
            '\u{8}' => b"\\b",
            '\u{c}' => b"\\f",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            _ => b"",
        };
        let is_code = match letter {
            ..' ' => true,
            '&' | '<' | '>' | '\u{2028}' | '\u{2029}' if html => true,
            '"' | '\'' | '+' | '`' | '\x7f' => dotnet,
            _ => non_ascii && !letter.is_ascii(),
        };
        if !short.is_empty() {
            self.print(short);
        } else if is_code {
            self.code(letter);
        } else {
            self.print(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    /// Prints `\u` and four digits, twice where a letter needs two units of UTF-16.
    fn code(&mut self, letter: char) {
        let digits = if self.style.dotnet { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            self.print(b"\\u");
            for shift in [12, 8, 4, 0] {
                let digit = digits.get(usize::from(*unit >> shift & 15));
                self.print(digit.map(slice::from_ref).unwrap_or_default());
            }
        }
    }

    fn print(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;

    fn printed(text: &str, name: &str) -> String {
        let style = STYLES.iter().find(|style| style.name == name).unwrap();
        String::from_utf8(Json::read(text.as_bytes()).unwrap().printed(style)).unwrap()
    }

    #[test]
    fn prints_as_javascript_does() {
        let text = r#" { "b" : [ 1.50, -0, 1e5 ], "a" : { }, "c" : [ ], "a" : "\u0026\/\u00e9\u0001\n\ud83d\udcf7" } "#;
        assert_eq!(printed(text, "without white space"), r#"{"b":[1.50,-0,1e5],"a":{},"c":[],"a":"&/é\u0001\n📷"}"#);
    }

    #[test]
    fn prints_as_python_does() {
        let text = r#"{"b":[1,2],"a":{},"c":"é📷/&"}"#;
        assert_eq!(
            printed(text, "with a space after commas and colons, and all but ASCII escaped"),
            r#"{"b": [1, 2], "a": {}, "c": "\u00e9\ud83d\udcf7/&"}"#
        );
    }

    #[test]
    fn prints_as_rails_php_and_dotnet_do() {
        let text = r#"{"a":"é/&<>'+"}"#;
        assert_eq!(printed(text, "without white space, and & < > escaped"), r#"{"a":"é/\u0026\u003c\u003e'+"}"#);
        let php = printed(text, "without white space, and slashes and all but ASCII escaped");
        assert_eq!(php, r#"{"a":"\u00e9\/&<>'+"}"#);
        let dotnet = printed(text, "without white space, and escaped as .NET does");
        assert_eq!(dotnet, r#"{"a":"\u00E9/\u0026\u003C\u003E\u0027\u002B"}"#);
    }

    #[test]
    fn notices_alphabetical_order() {
        let is_sorted = |text: &str| Json::read(text.as_bytes()).unwrap().is_sorted();
        assert!(is_sorted(r#"{"a":1,"b":{"x":1,"y":2},"c":[],"d":0}"#));
        assert!(!is_sorted(r#"{"a":1,"b":{"y":1,"x":2},"c":[],"d":0}"#));
        assert!(!is_sorted(r#"{"a":1,"b":2}"#));
    }
}
