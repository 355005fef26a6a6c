use alloc::{vec, vec::Vec};

use super::finding::Mistake;

/// A part of a delivery as it may have been before the mistakes were made.
#[derive(Clone, Debug)]
pub(super) struct Reading<T> {
    pub(super) what: T,
    pub(super) mistakes: Vec<Mistake>,
}

impl<T> Reading<T> {
    /// The part as it is.
    pub(super) const fn unchanged(what: T) -> Self {
        Self { what, mistakes: Vec::new() }
    }

    /// The part as it was before one mistake.
    pub(super) fn before(what: T, mistake: Mistake) -> Self {
        Self { what, mistakes: vec![mistake] }
    }

    /// The same after more mistakes.
    pub(super) fn and(mut self, more: impl IntoIterator<Item = Mistake>) -> Self {
        self.mistakes.extend(more);
        self
    }
}

/// Takes quotes and white space off both ends, as long as there are any.
pub(super) fn bare(text: &[u8]) -> &[u8] {
    let mut text = text;
    loop {
        let peeled = unquoted(text).unwrap_or(text).trim_ascii();
        if peeled.len() == text.len() {
            return text;
        }
        text = peeled;
    }
}

/// What stands between two quotes of the same kind.
pub(super) fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let inside = |quote: &[u8]| text.strip_prefix(quote)?.strip_suffix(quote);
    inside(b"\"").or_else(|| inside(b"'")).or_else(|| inside(b"`"))
}
