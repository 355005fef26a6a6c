//! JSON printed again, in the ways that senders print it.

use alloc::{string::String, vec::Vec};

use crate::{Fields, Value, json};

/// A way to print JSON, and how to call it.
pub(super) struct Style {
    pub(super) name: &'static str,
    layout: Layout,
    escapes: Escapes,
}

#[derive(Clone, Copy)]
enum Layout {
    Compact,
    /// A space after commas and colons, as Python prints.
    Spaced,
    /// One field on a line, indented by this.
    Lines(&'static str),
}

/// What is escaped besides quotes, backslashes and control characters.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own, and senders combine them")]
struct Escapes {
    /// `&`, `<`, `>` and two line separators, as Go and Rails print.
    html: bool,
    /// Everything but ASCII.
    non_ascii: bool,
    /// `/`, as PHP prints.
    slash: bool,
    /// Escapes in upper case and of `'` and `+` too, as .NET prints.
    dotnet: bool,
}

const NONE: Escapes = Escapes { html: false, non_ascii: false, slash: false, dotnet: false };
const HTML: Escapes = Escapes { html: true, ..NONE };
const ASCII: Escapes = Escapes { non_ascii: true, ..NONE };
const PHP: Escapes = Escapes { non_ascii: true, slash: true, ..NONE };
const SLASH: Escapes = Escapes { slash: true, ..NONE };
const DOTNET: Escapes = Escapes { html: true, non_ascii: true, dotnet: true, ..NONE };

/// Every style, the likely ones first.
pub(super) const STYLES: [Style; 14] = [
    Style { name: "without white space", layout: Layout::Compact, escapes: NONE },
    Style { name: "with a space after commas and colons", layout: Layout::Spaced, escapes: NONE },
    Style { name: "without white space, and & < > escaped", layout: Layout::Compact, escapes: HTML },
    Style { name: "without white space, and all but ASCII escaped", layout: Layout::Compact, escapes: ASCII },
    Style {
        name: "with a space after commas and colons, and all but ASCII escaped",
        layout: Layout::Spaced,
        escapes: ASCII,
    },
    Style { name: "without white space, and slashes and all but ASCII escaped", layout: Layout::Compact, escapes: PHP },
    Style { name: "without white space, and slashes escaped", layout: Layout::Compact, escapes: SLASH },
    Style { name: "without white space, and escaped as .NET does", layout: Layout::Compact, escapes: DOTNET },
    Style { name: "in lines indented by 2 spaces", layout: Layout::Lines("  "), escapes: NONE },
    Style { name: "in lines indented by 4 spaces", layout: Layout::Lines("    "), escapes: NONE },
    Style { name: "in lines indented by a tab", layout: Layout::Lines("\t"), escapes: NONE },
    Style { name: "in lines indented by 2 spaces, and & < > escaped", layout: Layout::Lines("  "), escapes: HTML },
    Style {
        name: "in lines indented by 2 spaces, and all but ASCII escaped",
        layout: Layout::Lines("  "),
        escapes: ASCII,
    },
    Style {
        name: "in lines indented by 4 spaces, and all but ASCII escaped",
        layout: Layout::Lines("    "),
        escapes: ASCII,
    },
];

/// JSON whose fields keep their order and whose numbers keep their digits.
pub(super) struct Json(Value);

impl Json {
    /// Reads a text as one JSON value.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        json::value(text, Fields::as_written).ok().map(Self)
    }

    /// The text, if it is one and nothing else.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.0 {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes that Node's `Buffer` prints as an object.
    pub(super) fn node_buffer(&self) -> Option<Vec<u8>> {
        let Value::Object(fields) = &self.0 else { return None };
        let mut fields = fields.iter();
        let ((_, Value::Text(kind)), (name, Value::Array(numbers)), None) =
            (fields.next()?, fields.next()?, fields.next())
        else {
            return None;
        };
        let byte = |number: &Value| match number {
            Value::Number(digits) => digits.parse().ok(),
            _ => None,
        };
        if kind != "Buffer" || name != "data" { None } else { numbers.iter().map(byte).collect() }
    }

    /// Whether it is an object of several fields, and every object in it is in alphabetical order.
    pub(super) fn is_sorted(&self) -> bool {
        /// Fewer may be in that order by chance.
        const FEWEST: usize = 4;
        matches!(&self.0, Value::Object(fields) if fields.iter().count() >= FEWEST) && sorted(&self.0)
    }

    /// Prints it.
    pub(super) fn printed(&self, style: &Style) -> String {
        let mut printer = Printer { out: String::new(), style };
        printer.value(&self.0, 0);
        printer.out
    }
}

fn sorted(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(sorted),
        Value::Object(fields) => {
            fields.iter().is_sorted_by(|(one, _), (other, _)| one <= other)
                && fields.iter().all(|(_, value)| sorted(value))
        }
        _ => true,
    }
}

struct Printer<'s> {
    out: String,
    style: &'s Style,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Flag(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(digits) => self.out.push_str(digits),
            Value::Text(text) => self.text(text),
            Value::Array(items) => {
                self.enclosed(['[', ']'], items.iter(), depth, Self::value);
            }
            Value::Object(fields) => {
                self.enclosed(['{', '}'], fields.iter(), depth, |printer, (name, value), depth| {
                    printer.text(name);
                    printer.out.push_str(if matches!(printer.style.layout, Layout::Compact) { ":" } else { ": " });
                    printer.value(value, depth);
                });
            }
        }
    }

    fn enclosed<T>(
        &mut self,
        [open, close]: [char; 2],
        items: impl Iterator<Item = T>,
        depth: usize,
        mut print: impl FnMut(&mut Self, T, usize),
    ) {
        let inner = depth.saturating_add(1);
        self.out.push(open);
        let mut is_empty = true;
        for item in items {
            if !is_empty {
                self.out.push_str(if matches!(self.style.layout, Layout::Spaced) { ", " } else { "," });
            }
            is_empty = false;
            self.line(inner);
            print(self, item, inner);
        }
        if !is_empty {
            self.line(depth);
        }
        self.out.push(close);
    }

    fn line(&mut self, depth: usize) {
        if let Layout::Lines(indent) = self.style.layout {
            self.out.push('\n');
            (0..depth).for_each(|_| self.out.push_str(indent));
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        text.chars().for_each(|letter| self.letter(letter));
        self.out.push('"');
    }

    fn letter(&mut self, letter: char) {
        let Escapes { html, non_ascii, slash, dotnet } = self.style.escapes;
        let is_code = letter < ' '
            || (html && "&<>\u{2028}\u{2029}".contains(letter))
            || (dotnet && "\"'+`\x7f".contains(letter))
            || (non_ascii && !letter.is_ascii());
        match letter {
            '"' | '\\' if !(dotnet && letter == '"') => self.out.extend(['\\', letter]),
            '/' if slash => self.out.push_str("\\/"),
            '\u{8}' => self.out.push_str("\\b"),
            '\u{c}' => self.out.push_str("\\f"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            _ if is_code => self.code(letter),
            _ => self.out.push(letter),
        }
    }

    /// Prints `\u` and four digits, twice where a letter needs two units of UTF-16.
    fn code(&mut self, letter: char) {
        let mut units = [0; 2];
        for unit in letter.encode_utf16(&mut units) {
            self.out.push_str("\\u");
            let digits = [*unit >> 12, (*unit >> 8) & 15, (*unit >> 4) & 15, *unit & 15];
            let digits = digits.into_iter().filter_map(|digit| char::from_digit(digit.into(), 16));
            let is_upper = self.style.escapes.dotnet;
            self.out.extend(digits.map(|digit| if is_upper { digit.to_ascii_uppercase() } else { digit }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str, name: &str) -> String {
        let style = STYLES.iter().find(|style| style.name == name).unwrap();
        Json::read(text.as_bytes()).unwrap().printed(style)
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
    fn prints_lines() {
        let text = r#"{"a":[1,{}],"b":[]}"#;
        assert_eq!(
            printed(text, "in lines indented by 2 spaces"),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"
        );
    }

    #[test]
    fn notices_alphabetical_order() {
        let is_sorted = |text: &str| Json::read(text.as_bytes()).unwrap().is_sorted();
        assert!(is_sorted(r#"{"a":1,"b":{"x":1,"y":2},"c":[],"d":0}"#));
        assert!(!is_sorted(r#"{"a":1,"b":{"y":1,"x":2},"c":[],"d":0}"#));
        assert!(!is_sorted(r#"{"a":1,"b":2}"#));
    }
}
