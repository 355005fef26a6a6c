//! The search for the fewest mistakes without which the signature fits.

use alloc::vec::Vec;
use core::time::Duration;

use headshot_verify::{
    Headers, Scheme, SecretForm, UnixSeconds,
    binding::{BuiltIn, Check, Flaw, Stage, TokenRules},
};

use crate::{
    body,
    header::{self, Pairs},
    mistake::{Kind, MOST_MISTAKES, Made},
    reading::Reading,
    secret,
};

/// What may be hashed before the search gives up: a fraction of a second. What is likelier is tried earlier.
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// What one try costs besides its body.
const BYTES_OF_A_TRY: usize = 1024;

/// What was received, and when, and by whom.
pub(crate) struct Case<'c> {
    /// Chooses the provider's scheme.
    pub(crate) choose: &'c dyn Fn(&Tried<'_>) -> &'c Scheme,
    pub(crate) form: SecretForm,
    pub(crate) rules: Option<TokenRules>,
    pub(crate) secrets: &'c [&'c [u8]],
    pub(crate) headers: &'c Pairs<'c>,
    pub(crate) body: &'c [u8],
    pub(crate) now: UnixSeconds,
    pub(crate) tolerance: Duration,
}

/// Headers that are tried: of some names readings, and the others as they were received.
pub(crate) struct Tried<'t> {
    pub(crate) headers: &'t Pairs<'t>,
    names: &'t [&'t str],
    values: &'t [&'t Reading<'t>],
}

impl<'t> Tried<'t> {
    /// The headers as they were received.
    pub(crate) const fn none(headers: &'t Pairs<'t>) -> Self {
        Self { headers, names: &[], values: &[] }
    }
}

impl<'h> Headers<'h> for Tried<'h> {
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        let place = self.names.iter().position(|other| other.eq_ignore_ascii_case(name));
        let reading = place.and_then(|place| self.values.get(place)).map(|reading| &*reading.bytes);
        let others = if reading.is_some() { &[] } else { self.headers };
        let others = others.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name));
        reading.into_iter().chain(others.map(|(_, value)| *value))
    }
}

/// Why a delivery is refused, the claim that this is about, and by how many seconds a time is off.
#[derive(Clone, Copy)]
pub(crate) struct Refused {
    pub(crate) flaw: Flaw,
    pub(crate) claim: &'static str,
    pub(crate) seconds: u64,
}

/// Mistakes without which the signature fits.
pub(crate) struct Fit<'c> {
    pub(crate) mistakes: Vec<Made<'c>>,
    /// Why the delivery would be refused even without them.
    pub(crate) remaining: Option<Refused>,
}

/// Looks for the fewest mistakes that explain the delivery, which is held to `scheme`.
pub(crate) fn run<'c>(scheme: &'c Scheme, case: &Case<'c>) -> Option<Fit<'c>> {
    let mut routes = Vec::from([Route::of(scheme, case.form, case.headers)]);
    for BuiltIn { with_timestamp: other, secret_form, .. } in BuiltIn::ALL {
        if other_than(scheme, other).is_some() {
            routes.push(Route::of(other, *secret_form, case.headers));
        }
    }
    let secrets = [SecretForm::Text, SecretForm::Whsec].map(|form| secret::readings(form, case.secrets));
    let mut search = Search { case, secrets, bodies: body::readings(case.body), bytes_left: MOST_BYTES };
    for count in 0..=MOST_MISTAKES {
        for route in &routes {
            let fit = search.among(route, &mut Vec::new(), count);
            if fit.is_some() {
                return fit;
            }
        }
    }
    None
}

/// A scheme, and the readings of each header that it reads.
struct Route<'c> {
    scheme: &'c Scheme,
    form: SecretForm,
    names: Vec<&'c str>,
    values: Vec<Vec<Reading<'c>>>,
}

impl<'c> Route<'c> {
    fn of(scheme: &'c Scheme, form: SecretForm, headers: &Pairs<'c>) -> Self {
        let names = header::wanted(scheme);
        let values = names.iter().map(|name| header::readings(scheme, name, headers)).collect();
        Self { scheme, form, names, values }
    }
}

struct Search<'s, 'c> {
    case: &'s Case<'c>,
    /// As text and as Standard Webhooks has them.
    secrets: [Vec<secret::Reading>; 2],
    bodies: Vec<Reading<'static>>,
    bytes_left: usize,
}

impl<'c> Search<'_, 'c> {
    /// A fit with exactly `left` mistakes besides those in the readings of headers that are chosen.
    fn among<'r>(&mut self, route: &'r Route<'c>, chosen: &mut Vec<&'r Reading<'c>>, left: usize) -> Option<Fit<'c>> {
        let Some(readings) = route.values.get(chosen.len()) else { return self.with(route, chosen, left) };
        for reading in readings {
            let Some(left) = left.checked_sub(reading.mistakes.count()) else { continue };
            chosen.push(reading);
            let fit = self.among(route, chosen, left);
            if fit.is_some() {
                return fit;
            }
            chosen.pop();
        }
        None
    }

    /// A fit with these readings of headers and exactly `left` other mistakes.
    fn with(&mut self, route: &Route<'c>, chosen: &[&Reading<'c>], left: usize) -> Option<Fit<'c>> {
        let Route { scheme, form, .. } = *route;
        let Case { headers, now, tolerance, rules, .. } = *self.case;
        let tried = Tried { headers, names: &route.names, values: chosen };
        let other = other_than((self.case.choose)(&tried), scheme);
        let left = left.checked_sub(other.iter().len())?;
        let received = scheme.received(&tried);
        let [texts, encoded] = &self.secrets;
        let secrets = match form {
            SecretForm::Whsec => encoded,
            _ => texts,
        };
        for body in &self.bodies {
            let Some(left) = left.checked_sub(body.mistakes.count()) else { continue };
            for secret in secrets {
                if secret.mistakes.count() != left {
                    continue;
                }
                let cost = body.bytes.len().saturating_add(BYTES_OF_A_TRY);
                self.bytes_left = self.bytes_left.checked_sub(cost)?;
                let mut check = Check { rules, ..Check::new(&secret.secrets, now, tolerance) };
                let flaw = scheme.check(received, &body.bytes, &mut check).err();
                if flaw.is_none_or(is_after_the_signature) {
                    let mut mistakes: Vec<Made<'c>> = other.into_iter().collect();
                    for reading in chosen {
                        mistakes.extend_from_slice(reading.mistakes.all());
                    }
                    mistakes.extend_from_slice(secret.mistakes.all());
                    mistakes.extend_from_slice(body.mistakes.all());
                    let Check { claim, seconds, .. } = check;
                    return Some(Fit { mistakes, remaining: flaw.map(|flaw| Refused { flaw, claim, seconds }) });
                }
            }
        }
        None
    }
}

/// The mistake of holding a delivery to the chosen scheme that is signed with `scheme`.
fn other_than<'c>(chosen: &Scheme, scheme: &'c Scheme) -> Option<Made<'c>> {
    if chosen.provider() != scheme.provider() {
        return Some(Kind::ProviderOther.of(scheme.provider()));
    }
    (chosen.name() != scheme.name()).then(|| Kind::SchemeOther.of(scheme.name().code()))
}

/// Whether the signature was found right before this was found wrong.
const fn is_after_the_signature(flaw: Flaw) -> bool {
    matches!(flaw.stage(), Stage::Time | Stage::Content)
}
