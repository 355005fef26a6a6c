//! The state behind the exported functions, and what each of them does; `npm/src/wasm.js` is the other side.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use headshot_verify::{UnixSeconds, binding::TokenRules};

use crate::refusal::Refusal;

/// The bytes on their way in and out, what the last call found, and the verifiers in use.
pub(crate) struct Module {
    pub(crate) input: Vec<u8>,
    pub(crate) output: String,
    pub(crate) refusal: Refusal,
    /// The number that goes with a verdict.
    #[cfg(feature = "verdict")]
    pub(crate) number: Option<u64>,
    #[cfg(feature = "verdict")]
    pub(crate) verifiers: crate::verifiers::Verifiers,
    #[cfg(feature = "events")]
    pub(crate) most: [usize; 4],
}

impl Module {
    pub(crate) const fn new() -> Self {
        Self {
            input: Vec::new(),
            output: String::new(),
            refusal: Refusal::PROVIDER_UNKNOWN,
            #[cfg(feature = "verdict")]
            number: None,
            #[cfg(feature = "verdict")]
            verifiers: crate::verifiers::Verifiers::new(),
            #[cfg(feature = "events")]
            most: [0; 4],
        }
    }

    /// Where JavaScript may write so many bytes. What is left of earlier calls is theirs to overwrite.
    pub(crate) fn input(&mut self, bytes: usize) -> *mut u8 {
        if self.input.len() < bytes {
            self.input.resize(bytes, 0);
        }
        self.input.as_mut_ptr()
    }

    /// Where JavaScript may read the text that a call put out.
    pub(crate) fn output(&self) -> *const u8 {
        self.output.as_ptr()
    }

    /// The last refusal: its code's place in `npm/src/messages.js`, and above 8 bits the length of a text that is put
    /// out, a name that belongs in the message or, after the last place, the code itself.
    pub(crate) fn refusal(&mut self) -> usize {
        let Refusal { code, text, .. } = self.refusal;
        self.output.clear();
        self.output.push_str(text);
        code | text.len() << 8
    }
}

/// JavaScript wrote it as UTF-8.
pub(crate) fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// The parts of `bytes` that are so long, from its beginning.
pub(crate) fn split<const COUNT: usize>(mut bytes: &[u8], lengths: [usize; COUNT]) -> [&[u8]; COUNT] {
    lengths.map(|length| {
        let (part, rest) = bytes.split_at_checked(length).unwrap_or_default();
        bytes = rest;
        part
    })
}

/// JavaScript's number of Unix seconds as a moment: fractions are cut off, and what is no moment becomes an end of time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and NaN becomes 0")]
pub(crate) fn moment(seconds: f64) -> UnixSeconds {
    UnixSeconds::new(seconds as u64)
}

/// JavaScript's number of seconds as a duration, to the millisecond; none if it is less than 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and NaN becomes 0")]
pub(crate) fn duration(seconds: f64) -> Option<Duration> {
    (seconds >= 0.0).then(|| Duration::from_millis((seconds * 1000.0) as u64))
}

/// What tokens have to say, as JavaScript tells it: their greatest age in seconds, less than 0 for any, and flags, 1 for
/// those without a time and 2 for no comparing of claims.
pub(crate) fn rules(max_age_seconds: f64, flags: usize) -> TokenRules {
    TokenRules { max_age: duration(max_age_seconds), may_be_timeless: flags & 1 != 0, compares_claims: flags & 2 == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_javascript_become_moments() {
        let cases = [(1_767_323_045.999, 1_767_323_045), (-1.0, 0), (f64::NAN, 0), (f64::INFINITY, u64::MAX)];
        for (seconds, moment_seconds) in cases {
            assert_eq!(moment(seconds), UnixSeconds::new(moment_seconds));
        }
    }
}
