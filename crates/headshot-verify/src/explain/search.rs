//! The search for the fewest mistakes without which the signature fits.

use core::{ptr, time::Duration};

use alloc::{borrow::Cow, vec::Vec};

use super::{
    body,
    finding::Mistake,
    header::{self, Pairs},
    reading::Reading,
    schemes::{self, Known},
    secret,
};
use crate::{Delivery, Provider, Scheme, SecretForm, Secrets, UnixSeconds, VerifyError, scheme};

/// More mistakes than these are not made at once.
const MOST_MISTAKES: usize = 4;

/// What may be hashed before the search gives up: a fraction of a second. What is likelier is tried earlier.
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// What one try costs besides its body.
const BYTES_OF_A_TRY: usize = 1024;

/// What was received, and when.
pub(super) struct Case<'c> {
    pub(super) headers: &'c [(&'c str, &'c [u8])],
    pub(super) body: &'c [u8],
    pub(super) now: UnixSeconds,
    pub(super) tolerance: Duration,
}

/// Mistakes without which the signature fits.
pub(super) struct Fit {
    pub(super) mistakes: Vec<Mistake>,
    /// Why the delivery would be refused even without them.
    pub(super) remaining: Option<VerifyError>,
}

/// Looks for the fewest mistakes that explain the delivery.
pub(super) fn run<P: Provider>(
    provider: &P,
    scheme: &Scheme,
    secrets: &[impl AsRef<[u8]>],
    case: &Case<'_>,
) -> Option<Fit> {
    let own = Known { scheme, form: provider.secret_form() };
    let others = schemes::known().into_iter().filter(|other| !ptr::eq(other.scheme, scheme));
    let envelopes: Vec<Envelope<'_>> =
        [own].into_iter().chain(others).flat_map(|known| envelopes(provider, known, case)).collect();
    let secrets = [SecretForm::Text, SecretForm::Whsec].map(|form| (form, secret::readings(form, secrets)));
    let bodies = body::readings(case.body);
    let mut search = Search { case, secrets, bodies, bytes_left: MOST_BYTES };
    (0..=MOST_MISTAKES).find_map(|count| envelopes.iter().find_map(|envelope| search.among(envelope, count)))
}

/// A scheme, and headers that it reads.
struct Envelope<'c> {
    known: Known<'c>,
    headers: Reading<Pairs<'c>>,
}

fn envelopes<'c, P: Provider>(provider: &P, known: Known<'c>, case: &Case<'c>) -> Vec<Envelope<'c>> {
    let scheme = known.scheme;
    let envelope = |headers: Reading<Pairs<'c>>| {
        let chosen = provider.scheme(&headers.what.as_slice());
        let is_chosen = chosen.provider() == scheme.provider() && chosen.name() == scheme.name();
        let other = if is_chosen {
            None
        } else if chosen.provider() == scheme.provider() {
            Some(Mistake::SchemeOther { scheme: scheme.name().into() })
        } else {
            Some(Mistake::ProviderOther { provider: scheme.provider().into() })
        };
        let mistakes = other.into_iter().chain(headers.mistakes).collect();
        Envelope { known, headers: Reading { what: headers.what, mistakes } }
    };
    header::readings(scheme, case.headers).into_iter().map(envelope).collect()
}

struct Search<'c> {
    case: &'c Case<'c>,
    secrets: [(SecretForm, Vec<Reading<Secrets>>); 2],
    bodies: Vec<Reading<Cow<'c, [u8]>>>,
    bytes_left: usize,
}

impl Search<'_> {
    /// A fit with exactly `count` mistakes.
    fn among(&mut self, envelope: &Envelope<'_>, count: usize) -> Option<Fit> {
        let left = count.checked_sub(envelope.headers.mistakes.len())?;
        let Known { scheme, form } = envelope.known;
        let (_, secrets) = self.secrets.iter().find(|(other, _)| *other == form)?;
        for body in &self.bodies {
            let Some(left) = left.checked_sub(body.mistakes.len()) else { continue };
            for secret in secrets.iter().filter(|secret| secret.mistakes.len() == left) {
                let cost = body.what.len().saturating_add(BYTES_OF_A_TRY);
                self.bytes_left = self.bytes_left.checked_sub(cost)?;
                let delivery = Delivery::new(envelope.headers.what.as_slice(), &body.what);
                let Case { now, tolerance, .. } = *self.case;
                let remaining = scheme::verify(&delivery, &secret.what, scheme, now, tolerance).err();
                if remaining.as_ref().is_none_or(is_after_the_signature) {
                    let mistakes = [&envelope.headers.mistakes, &secret.mistakes, &body.mistakes];
                    return Some(Fit { mistakes: mistakes.into_iter().flatten().cloned().collect(), remaining });
                }
            }
        }
        None
    }
}

/// Whether the signature was found right before this was found wrong.
const fn is_after_the_signature(refusal: &VerifyError) -> bool {
    matches!(
        refusal,
        VerifyError::TimestampTooOld { .. }
            | VerifyError::TimestampInFuture { .. }
            | VerifyError::BodyNotObject
            | VerifyError::TokenExpired { .. }
            | VerifyError::TokenNotYetValid { .. }
            | VerifyError::TokenTypeRefused
            | VerifyError::ClaimsMalformed
            | VerifyError::ClaimMalformed { .. }
            | VerifyError::ClaimMissing { .. }
            | VerifyError::ClaimMismatch { .. }
    )
}
