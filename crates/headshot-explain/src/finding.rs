use alloc::string::String;
use core::fmt;

use crate::{Mistake, mistake::Kind};

/// A known mistake that fits a refused delivery: what it is, and what to do about it.
///
/// It holds neither a secret nor anything of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    mistake: Mistake,
    message: String,
    remedy: &'static str,
}

impl Finding {
    /// Which mistake it is; [`Mistake::code`] is its word for programs.
    #[must_use]
    pub const fn mistake(&self) -> Mistake {
        self.mistake
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.remedy
    }

    /// What is told of a mistake of this kind, with these names in its message.
    pub(crate) fn of(kind: Kind, names: [&str; 2]) -> Self {
        let [template, remedy] = *kind.words();
        let mut message = String::new();
        let mut rest = template;
        for name in names {
            let Some((before, after)) = rest.split_once('{') else { break };
            message.push_str(before);
            message.push_str(name);
            rest = after.strip_prefix('}').unwrap_or(after);
        }
        message.push_str(rest);
        Self { mistake: kind.mistake(), message, remedy }
    }
}

/// As [`Finding::message`].
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
