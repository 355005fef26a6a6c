use alloc::vec::Vec;

use crate::mistake::Mistakes;

/// A byte order mark, which some programs put first.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// A part of a delivery as it may have been before the mistakes were made.
#[derive(Clone, Debug)]
pub(crate) struct Reading<'c> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mistakes: Mistakes<'c>,
}

/// Readings of one part.
#[derive(Debug, Default)]
pub(crate) struct Readings<'c>(pub(super) Vec<Reading<'c>>);

impl<'c> Readings<'c> {
    /// Adds the reading that these parts make one after the other.
    pub(crate) fn add(&mut self, parts: &[&[u8]], mistakes: &Mistakes<'c>) {
        self.0.push(Reading { bytes: parts.concat(), mistakes: *mistakes });
    }

    /// The same, unless another one has the same bytes.
    pub(crate) fn add_new(&mut self, parts: &[&[u8]], mistakes: &Mistakes<'c>) {
        let bytes = parts.concat();
        if self.0.iter().all(|other| other.bytes != bytes) {
            self.0.push(Reading { bytes, mistakes: *mistakes });
        }
    }
}

/// Takes quotes and white space off both ends, as long as there are any.
pub(crate) fn bare(text: &[u8]) -> &[u8] {
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
pub(crate) fn unquoted(text: &[u8]) -> Option<&[u8]> {
    match text {
        [first @ (b'"' | b'\'' | b'`'), inside @ .., last] if first == last => Some(inside),
        _ => None,
    }
}

/// Whether the part stands in the text, in whatever letter case.
pub(crate) fn holds(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|other| other.eq_ignore_ascii_case(part))
}
