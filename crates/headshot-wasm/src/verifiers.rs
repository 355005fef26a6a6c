//! The verifiers in use, which JavaScript knows by their numbers.

use alloc::vec::Vec;
use core::{ptr, time::Duration};

use headshot_verify::{
    Secrets, UnixSeconds,
    binding::{self, Check, Flaw, Received, Sent},
};
use zeroize::Zeroize;

use crate::{
    module::{Module, duration, moment, rules, split, text},
    provider::Provider,
    refusal::Refusal,
    secrets,
};

/// Verifiers, and the numbers of those that were discarded.
pub(crate) struct Verifiers {
    all: Vec<Option<Verifier>>,
    free: Vec<usize>,
}

/// A provider with the secrets of one endpoint.
struct Verifier {
    provider: Provider,
    secrets: Secrets,
    tolerance: Option<Duration>,
}

impl Module {
    /// Makes a verifier from a provider's settings, a scheme's name and packed secrets, which lie one after the other
    /// in the input, with lengths as given, and [rules] for tokens.
    ///
    /// Answers the verifier's number, counted from 1, or 0 for a [`refusal`](Self::refusal).
    pub(crate) fn make(
        &mut self,
        settings: usize,
        scheme: usize,
        secrets: usize,
        tolerance_seconds: f64,
        max_age_seconds: f64,
        flags: usize,
    ) -> usize {
        let [settings, scheme, secrets] = split(&self.input, [settings, scheme, secrets]);
        let provider = Provider::new(text(settings), text(scheme), rules(max_age_seconds, flags));
        let made = provider.and_then(|provider| Verifier::new(provider, secrets, duration(tolerance_seconds)));
        self.input.as_mut_slice().zeroize();
        match made {
            Ok(verifier) => self.verifiers.keep(verifier),
            Err(refusal) => {
                self.refusal = refusal;
                0
            }
        }
    }

    /// Forgets a verifier and wipes its secrets.
    pub(crate) fn discard(&mut self, verifier: usize) {
        self.verifiers.discard(verifier);
    }

    /// Puts out what a verifier reads and can find, in words with spaces between: its headers for signature, timestamp
    /// and id, each of which may be empty; the names of its schemes with and without a timestamp; and whether they
    /// cover the body, or nothing.
    pub(crate) fn describe(&mut self, verifier: usize) -> usize {
        self.output.clear();
        if let Some(verifier) = self.verifiers.get(verifier) {
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
        let Some(verifier) = self.verifiers.get(verifier) else { return -1 };
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

    /// The number that the last refusal's message needs, or when the genuine delivery was signed, in Unix seconds; less
    /// than 0 if there is none.
    pub(crate) fn number(&self) -> f64 {
        self.number.map_or(-1.0, float)
    }
}

impl Verifiers {
    pub(crate) const fn new() -> Self {
        Self { all: Vec::new(), free: Vec::new() }
    }

    fn keep(&mut self, verifier: Verifier) -> usize {
        let number = self.free.pop().unwrap_or_else(|| {
            self.all.push(None);
            self.all.len()
        });
        if let Some(place) = self.all.get_mut(number.wrapping_sub(1)) {
            *place = Some(verifier);
        }
        number
    }

    fn get(&self, number: usize) -> Option<&Verifier> {
        self.all.get(number.wrapping_sub(1))?.as_ref()
    }

    fn discard(&mut self, number: usize) {
        let place = self.all.get_mut(number.wrapping_sub(1));
        if place.and_then(Option::take).is_some() {
            self.free.push(number);
        }
    }
}

impl Verifier {
    fn new(provider: Provider, packed: &[u8], tolerance: Option<Duration>) -> Result<Self, Refusal> {
        let form = headshot_verify::Provider::secret_form(&provider);
        let secrets = binding::secrets(form, secrets::unpacked(packed))?;
        Ok(Self { provider, secrets, tolerance })
    }

    /// When it was signed, and the answer of [`Module::check`].
    fn check(&self, received: Received<'_>, body: &[u8], now: UnixSeconds) -> Result<(Option<u64>, isize), Refusal> {
        let has_timestamp = received.timestamp != Sent::Nothing;
        let scheme = self.provider.scheme(has_timestamp);
        let tolerance = self.tolerance.unwrap_or(scheme.tolerance());
        let mut check = Check { rules: Some(self.provider.rules()), ..Check::new(&self.secrets, now, tolerance) };
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

/// What was sent for a header, with its value taken off the front of `bytes`.
fn sent<'b>(bytes: &mut &'b [u8], length: isize) -> Sent<'b> {
    let Ok(length) = usize::try_from(length) else {
        return if length == -1 { Sent::Nothing } else { Sent::Repeatedly };
    };
    let (value, rest) = bytes.split_at_checked(length).unwrap_or_default();
    *bytes = rest;
    Sent::Once(value)
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
            module.make(6, 0, 5, -1.0, -1.0, 0)
        };
        let first = make(&mut module);
        module.discard(first);
        module.discard(first);
        let (second, third) = (make(&mut module), make(&mut module));
        assert!(first == second && second != third);
    }
}
