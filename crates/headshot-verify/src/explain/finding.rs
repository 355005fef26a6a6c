use alloc::string::String;
use core::fmt;

use super::mistake::Kind;

/// A known mistake that fits a refused delivery: what it is, and what to do about it.
///
/// It holds neither a secret nor anything of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    code: &'static str,
    message: String,
    remedy: &'static str,
}

impl Finding {
    /// Every code that [`Finding::code`] can give.
    pub const CODES: &'static [&'static str] = Kind::CODES;

    /// One stable word for programs: the same in Rust, in JavaScript and on the command line.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn message(&self) -> String {
        self.message.clone()
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.remedy
    }

    pub(super) fn text(&self) -> &str {
        &self.message
    }

    /// What is told of a mistake of this kind, with these names in its message.
    pub(super) fn of(kind: Kind, names: [&str; 2]) -> Self {
        let [code, template, remedy] = *kind.words();
        let mut message = String::new();
        let mut rest = template;
        for name in names {
            let Some((before, after)) = rest.split_once('{') else { break };
            message.push_str(before);
            message.push_str(name);
            rest = after.strip_prefix('}').unwrap_or(after);
        }
        message.push_str(rest);
        Self { code, message, remedy }
    }
}

/// As [`Finding::message`].
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
