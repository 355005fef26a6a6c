//! The ids that a provider knows a session by.

use std::fmt;

/// The kind of what is not the provider's id but ours: the last part of the address that only one session's deliveries
/// are sent to.
pub const CALLBACK: &str = "callback";

/// One of a session's ids at its provider: what kind of id it is, in the provider's word, and the id as it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// What it is the id of, such as `model` or `submission`.
    pub kind: String,
    /// The id itself.
    pub value: String,
}

impl Reference {
    /// Reads one that was written by [`Display`](fmt::Display): a kind has no space in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, value) = text.split_once(' ')?;
        Some(Self { kind: kind.to_owned(), value: value.to_owned() })
    }
}

/// One text for both.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.value)
    }
}

/// The kind of reference that is a person's e-mail address: what goes with the session when that is deleted.
pub const EMAIL: &str = "email";

/// Some of a session's ids, the one that says most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References(Vec<Reference>);

impl References {
    /// None yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds an id at the end, unless it is none: senders write the absence of an id in several ways.
    #[must_use]
    pub fn and(mut self, kind: &str, value: &str) -> Self {
        if is_id(value) {
            self.0.push(Reference { kind: kind.to_owned(), value: value.to_owned() });
        }
        self
    }

    /// The id of this kind.
    #[must_use]
    pub fn get(&self, kind: &str) -> Option<&str> {
        self.0.iter().find(|reference| reference.kind == kind).map(|reference| reference.value.as_str())
    }

    /// The id that says most.
    #[must_use]
    pub fn first(&self) -> Option<&Reference> {
        self.0.first()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Reference> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Reference> for References {
    fn from(reference: Reference) -> Self {
        Self(vec![reference])
    }
}

impl FromIterator<Reference> for References {
    fn from_iter<I: IntoIterator<Item = Reference>>(references: I) -> Self {
        Self(references.into_iter().collect())
    }
}

/// Whether a sender's text is an id at all: what is blank, or the word that a program prints for a missing value, would
/// make one of everything that has none.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !matches!(text.trim(), "" | "null" | "undefined" | "None" | "nil" | "NaN" | "[object Object]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_there_is_no_id_is_none() {
        for text in ["", " ", "\t\n", "null", "undefined", " undefined "] {
            assert!(References::none().and("model", text).is_empty(), "{text:?}");
        }
        assert_eq!(References::none().and("model", "0").get("model"), Some("0"));
    }

    #[test]
    fn a_reference_is_read_as_it_was_written() {
        for value in ["sub_1", "with a space", ""] {
            let reference = Reference { kind: "submission".into(), value: value.into() };
            assert_eq!(Reference::parse(&reference.to_string()), Some(reference));
        }
        assert_eq!(Reference::parse("submission"), None);
    }

    #[test]
    fn the_first_one_stays_the_first() {
        let references = References::none().and("submission", "").and("contact", "c").and("studio", "s");
        assert_eq!(references.first().map(ToString::to_string).as_deref(), Some("contact c"));
        assert_eq!(references.get("studio"), Some("s"));
    }
}
