//! The state behind the exported functions, and what each of them does; `npm/src/wasm.js` is the other side.

use alloc::{string::String, vec::Vec};
use core::{ptr, time::Duration};

use headshot_verify::{
    Secrets, UnixSeconds,
    binding::{self, Check, Flaw, Received, Sent},
};
use zeroize::Zeroize;

use crate::{provider::Provider, refusal::Refusal, secrets};

/// The verifiers in use, the bytes on their way in and out, and what the last call found.
pub(crate) struct Module {
    input: Vec<u8>,
    output: String,
    verifiers: Vec<Option<Verifier>>,
    /// The numbers of those that were discarded.
    free: Vec<usize>,
    refusal: Refusal,
    /// The number that goes with a verdict.
    number: Option<u64>,
}

/// A provider with the secrets of one endpoint.
struct Verifier {
    provider: Provider,
    secrets: Secrets,
    tolerance: Option<Duration>,
}

impl Module {
    pub(crate) const fn new() -> Self {
        Self {
            input: Vec::new(),
            output: String::new(),
            verifiers: Vec::new(),
            free: Vec::new(),
            refusal: Refusal::PROVIDER_UNKNOWN,
            number: None,
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

    /// Makes a verifier from a provider's settings, a scheme's name and packed secrets, which lie one after the other
    /// in the input, with lengths as given.
    ///
    /// Answers the verifier's number, counted from 1, or 0 for a [`refusal`](Self::refusal).
    pub(crate) fn make(&mut self, settings: usize, scheme: usize, secrets: usize, tolerance_seconds: f64) -> usize {
        let [settings, scheme, secrets] = split(&self.input, [settings, scheme, secrets]);
        let made = Verifier::new(text(settings), text(scheme), secrets, duration(tolerance_seconds));
        self.input.as_mut_slice().zeroize();
        match made {
            Ok(verifier) => self.keep(verifier),
            Err(refusal) => {
                self.refusal = refusal;
                0
            }
        }
    }

    fn keep(&mut self, verifier: Verifier) -> usize {
        let number = self.free.pop().unwrap_or_else(|| {
            self.verifiers.push(None);
            self.verifiers.len()
        });
        if let Some(place) = self.verifiers.get_mut(number.wrapping_sub(1)) {
            *place = Some(verifier);
        }
        number
    }

    /// Forgets a verifier and wipes its secrets.
    pub(crate) fn discard(&mut self, verifier: usize) {
        let place = self.verifiers.get_mut(verifier.wrapping_sub(1));
        if place.and_then(Option::take).is_some() {
            self.free.push(verifier);
        }
    }

    /// Puts out what a verifier reads and can find, in words with spaces between: its headers for signature, timestamp
    /// and id, each of which may be empty; the names of its schemes with and without a timestamp; and whether they
    /// cover the body, or nothing.
    pub(crate) fn describe(&mut self, verifier: usize) -> usize {
        self.output.clear();
        if let Some(verifier) = kept(&self.verifiers, verifier) {
            let scheme = verifier.provider.scheme(true);
            let words = [
                scheme.signature_header(),
                scheme.timestamp_header().unwrap_or_default(),
                scheme.id_header().unwrap_or_default(),
                scheme.name().code(),
                verifier.provider.scheme(false).name().code(),
                if scheme.covers_body() { "1" } else { "" },
            ];
            for word in words {
                self.output.push_str(word);
                self.output.push(' ');
            }
        }
        self.output.len()
    }

    /// Says whether the delivery in the input is genuine: first the values of its three headers, of which a length of
    /// -1 is one that is absent and of -2 one that occurs repeatedly, and then its body; `now` is in Unix seconds.
    ///
    /// Answers -1 if there is a [`refusal`](Self::refusal); else twice the place of the secret that signed, and 1 more
    /// for the scheme without a timestamp.
    pub(crate) fn check(
        &mut self,
        verifier: usize,
        signature: isize,
        timestamp: isize,
        id: isize,
        body: usize,
        now: f64,
    ) -> isize {
        let mut rest = &self.input[..];
        let [signature, timestamp, id] = [signature, timestamp, id].map(|length| sent(&mut rest, length));
        let received = Received { signature, timestamp, id };
        let body = rest.get(..body).unwrap_or_default();
        let Some(verifier) = kept(&self.verifiers, verifier) else { return -1 };
        match verifier.check(received, body, moment(now)) {
            Ok((signed_at, answer)) => {
                self.number = signed_at;
                answer
            }
            Err(refusal) => {
                self.number = Some(refusal.number);
                self.refusal = refusal;
                -1
            }
        }
    }

    /// The last refusal: its code's place in `npm/src/messages.js`, and above 8 bits the length of a text that is put
    /// out, a name that belongs in the message or, after the last place, the code itself.
    pub(crate) fn refusal(&mut self) -> usize {
        let Refusal { code, text, .. } = self.refusal;
        self.output.clear();
        self.output.push_str(text);
        code | text.len() << 8
    }

    /// The number that the last refusal's message needs, or when the genuine delivery was signed, in Unix seconds; less
    /// than 0 if there is none.
    pub(crate) fn number(&self) -> f64 {
        self.number.map_or(-1.0, float)
    }
}

impl Verifier {
    fn new(settings: &str, scheme: &str, packed: &[u8], tolerance: Option<Duration>) -> Result<Self, Refusal> {
        let provider = Provider::new(settings, scheme)?;
        let form = headshot_verify::Provider::secret_form(&provider);
        let secrets = binding::secrets(form, secrets::unpacked(packed))?;
        Ok(Self { provider, secrets, tolerance })
    }

    /// When it was signed, and the answer of [`Module::check`].
    fn check(&self, received: Received<'_>, body: &[u8], now: UnixSeconds) -> Result<(Option<u64>, isize), Refusal> {
        let has_timestamp = received.timestamp != Sent::Nothing;
        let scheme = self.provider.scheme(has_timestamp);
        let tolerance = self.tolerance.unwrap_or(scheme.tolerance());
        let mut check = Check { rules: self.provider.rules(), ..Check::new(&self.secrets, now, tolerance) };
        match scheme.check(received, body, &mut check) {
            Ok(found) => {
                let is_other = !ptr::eq(scheme, self.provider.scheme(true));
                let answer = isize::try_from(found.secret_index).unwrap_or_default() * 2 + isize::from(is_other);
                Ok((found.signed_at.map(UnixSeconds::get), answer))
            }
            Err(flaw) => {
                let accepted_by = scheme.without_timestamp().filter(|_| flaw == Flaw::TimestampMissing);
                Err(Refusal { text: accepted_by.unwrap_or(check.claim), number: check.seconds, ..flaw.into() })
            }
        }
    }
}

#[cfg(feature = "events")]
impl Module {
    /// Puts out a view of the body in the input, before which lies the provider's name; see [`crate::events`].
    pub(crate) fn event(&mut self, provider: usize, body: usize, view: usize) -> usize {
        let [provider, body] = split(&self.input, [provider, body]);
        self.output = crate::events::read(provider, body, view.into());
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
        let secrets: Vec<&[u8]> = secrets::unpacked(secrets).collect();
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
        let secrets: Vec<&[u8]> = secrets::unpacked(secrets).collect();
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
                self.refusal = refusal;
            }
        }
        self.output.len()
    }
}

/// The verifier of this number.
fn kept(verifiers: &[Option<Verifier>], number: usize) -> Option<&Verifier> {
    verifiers.get(number.wrapping_sub(1))?.as_ref()
}

/// JavaScript wrote it as UTF-8.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// The parts of `bytes` that are so long, from its beginning.
fn split<const COUNT: usize>(mut bytes: &[u8], lengths: [usize; COUNT]) -> [&[u8]; COUNT] {
    lengths.map(|length| {
        let (part, rest) = bytes.split_at_checked(length).unwrap_or_default();
        bytes = rest;
        part
    })
}

/// What was sent for a header, with its value taken off the front of `bytes`.
fn sent<'b>(bytes: &mut &'b [u8], length: isize) -> Sent<'b> {
    let Ok(length) = usize::try_from(length) else {
        return if length == -1 { Sent::Nothing } else { Sent::Repeatedly };
    };
    let (value, rest) = bytes.split_at_checked(length).unwrap_or_default();
    *bytes = rest;
    Sent::Once(value)
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
    fn a_verifier_that_is_discarded_twice_leaves_one_place() {
        let mut module = Module::new();
        let make = |module: &mut Module| {
            module.input = b"skylab\x01\0\0\0s".to_vec();
            module.make(6, 0, 5, -1.0)
        };
        let first = make(&mut module);
        module.discard(first);
        module.discard(first);
        let (second, third) = (make(&mut module), make(&mut module));
        assert!(first == second && second != third);
    }

    #[test]
    fn numbers_of_javascript_become_moments() {
        let cases = [(1_767_323_045.999, 1_767_323_045), (-1.0, 0), (f64::NAN, 0), (f64::INFINITY, u64::MAX)];
        for (seconds, moment_seconds) in cases {
            assert_eq!(moment(seconds), UnixSeconds::new(moment_seconds));
        }
    }
}
