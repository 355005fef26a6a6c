//! The state behind the exported functions, and what each of them does; `npm/module.js` is the other side.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use headshot_verify::UnixSeconds;
use zeroize::Zeroize;

#[cfg(feature = "tools")]
use crate::provider::Provider;
use crate::{
    provider::{Proof, Verifier},
    refusal::Refusal,
    secrets,
};

/// The verifiers in use, the bytes on their way in and out, and what the last call found.
pub(crate) struct Module {
    input: Vec<u8>,
    output: String,
    verifiers: Vec<Option<Verifier>>,
    found: Result<Proof, Refusal>,
}

impl Module {
    pub(crate) const fn new() -> Self {
        Self { input: Vec::new(), output: String::new(), verifiers: Vec::new(), found: Err(Refusal::PROVIDER_UNKNOWN) }
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

    /// Makes a verifier from a provider's settings, a scheme's name and packed secrets, which lie one after the other
    /// in the input, with lengths as given.
    ///
    /// Answers the verifier's number, counted from 1, or 0 for a [`refusal`](Self::refusal).
    pub(crate) fn make(&mut self, settings: usize, scheme: usize, secrets: usize, tolerance_seconds: f64) -> usize {
        let made = self.made(settings, scheme, secrets, duration(tolerance_seconds));
        self.input.as_mut_slice().zeroize();
        match made {
            Ok(verifier) => self.keep(verifier),
            Err(refusal) => {
                self.found = Err(refusal);
                0
            }
        }
    }

    fn made(
        &self,
        settings: usize,
        scheme: usize,
        packed: usize,
        tolerance: Option<Duration>,
    ) -> Result<Verifier, Refusal> {
        let [settings, scheme, packed] = split(&self.input, [settings, scheme, packed]);
        Verifier::new(text(settings), text(scheme), secrets::unpacked(packed), tolerance)
    }

    fn keep(&mut self, verifier: Verifier) -> usize {
        let free = self.verifiers.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            self.verifiers.push(None);
            self.verifiers.len() - 1
        });
        self.verifiers[place] = Some(verifier);
        place + 1
    }

    /// Forgets a verifier and wipes its secrets.
    pub(crate) fn discard(&mut self, verifier: usize) {
        self.verifiers[verifier - 1] = None;
    }

    /// Puts out what a verifier reads and can find, in lines: the names of its headers, its schemes, each with a `-`
    /// before it if it does not cover the body. The words of a line are separated by spaces.
    pub(crate) fn describe(&mut self, verifier: usize) -> usize {
        self.output = self.verifiers[verifier - 1].as_ref().map_or_else(String::new, Verifier::description);
        self.output.len()
    }

    /// Says whether the delivery in the input is genuine, first its headers and then its body; `now` is in Unix seconds.
    /// Answers 0 if it is, and 1 if there is a [`refusal`](Self::refusal).
    pub(crate) fn check(&mut self, verifier: usize, headers: usize, body: usize, now: f64) -> usize {
        let [headers, body] = split(&self.input, [headers, body]);
        let Some(verifier) = &self.verifiers[verifier - 1] else { return 1 };
        self.found = verifier.verify(headers, body, moment(now));
        usize::from(self.found.is_err())
    }

    /// Puts out the last refusal: its code, and the names that its message needs.
    pub(crate) fn refusal(&mut self) -> usize {
        self.output = self.found.as_ref().err().map_or_else(String::new, Refusal::line);
        self.output.len()
    }

    /// The number that the last refusal's message needs, or when the genuine delivery was signed, in Unix seconds; less
    /// than 0 if there is none.
    pub(crate) fn number(&self) -> f64 {
        let number = match &self.found {
            Ok(proof) => proof.signed_at.map(UnixSeconds::get),
            Err(refusal) => refusal.number(),
        };
        number.map_or(-1.0, float)
    }

    /// Which of the secrets signed the last genuine delivery.
    pub(crate) fn secret(&self) -> usize {
        self.found.as_ref().map_or(0, |proof| proof.secret_index)
    }

    /// The scheme of the last genuine delivery, by its place in the description.
    pub(crate) fn scheme(&self) -> usize {
        self.found.as_ref().map_or(0, |proof| proof.scheme)
    }

    /// Puts out the event of the provider in the input, in the body after it, as a JSON object; or else the code of the
    /// refusal and the field that it names.
    #[cfg(feature = "events")]
    pub(crate) fn event(&mut self, provider: usize, body: usize) -> usize {
        let [provider, body] = split(&self.input, [provider, body]);
        self.output = crate::events::read(provider, body);
        self.output.len()
    }
}

#[cfg(feature = "tools")]
impl Module {
    /// Puts out, as JSON, why the delivery in the input is refused; before it lie settings, a scheme's name and packed
    /// secrets. Answers 0 if there is a [`refusal`](Self::refusal) of the settings instead.
    #[expect(clippy::too_many_arguments, reason = "each is the length of one part of the input")]
    pub(crate) fn explain(
        &mut self,
        settings: usize,
        scheme: usize,
        secrets: usize,
        headers: usize,
        body: usize,
        tolerance_seconds: f64,
        now: f64,
    ) -> usize {
        let [settings, scheme, secrets, headers, body] = split(&self.input, [settings, scheme, secrets, headers, body]);
        let secrets: Vec<&str> = secrets::unpacked(secrets).collect();
        let tolerance = duration(tolerance_seconds);
        let text = Provider::new(text(settings), text(scheme))
            .map(|provider| crate::tools::explained(&provider, &secrets, headers, body, moment(now), tolerance));
        self.put_out_and_wipe(text)
    }

    /// Puts out the headers of a delivery with the body in the input and this id; before it lie settings, a scheme's
    /// name and packed secrets. Answers 0 if there is a [`refusal`](Self::refusal) instead.
    pub(crate) fn sign(
        &mut self,
        settings: usize,
        scheme: usize,
        secrets: usize,
        body: usize,
        id: usize,
        at: f64,
    ) -> usize {
        let [settings, scheme, secrets, body, id] = split(&self.input, [settings, scheme, secrets, body, id]);
        let secrets: Vec<&str> = secrets::unpacked(secrets).collect();
        let text = Provider::new(text(settings), text(scheme))
            .and_then(|provider| crate::tools::signed(&provider, &secrets, body, moment(at), text(id)));
        self.put_out_and_wipe(text)
    }

    fn put_out_and_wipe(&mut self, made: Result<String, Refusal>) -> usize {
        self.input.as_mut_slice().zeroize();
        match made {
            Ok(text) => self.output = text,
            Err(refusal) => {
                self.output.clear();
                self.found = Err(refusal);
            }
        }
        self.output.len()
    }
}

/// JavaScript wrote it as UTF-8.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// The parts of `bytes` that are so long, from its beginning.
fn split<const COUNT: usize>(mut bytes: &[u8], lengths: [usize; COUNT]) -> [&[u8]; COUNT] {
    lengths.map(|length| {
        let (part, rest) = bytes.split_at(length);
        bytes = rest;
        part
    })
}

/// JavaScript's number of Unix seconds as a moment: fractions are cut off, and what is no moment becomes an end of time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and NaN becomes 0")]
fn moment(seconds: f64) -> UnixSeconds {
    UnixSeconds::new(seconds as u64)
}

/// JavaScript's number of seconds as a duration, to the millisecond; none if it is less than 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and NaN becomes 0")]
fn duration(seconds: f64) -> Option<Duration> {
    (seconds >= 0.0).then(|| Duration::from_millis((seconds * 1000.0) as u64))
}

#[expect(clippy::cast_precision_loss, reason = "no number of a verdict has more than 16 digits")]
fn float(number: u64) -> f64 {
    number as f64
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
