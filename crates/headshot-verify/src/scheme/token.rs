//! JSON Web Tokens (RFC 7519) that come in a header, beside a body that they do not sign.

use alloc::borrow::Cow;
use core::time::Duration;

use crate::{
    TimestampFormat, UnixSeconds,
    check::{Check, Found, TokenRules},
    error::{Flaw, Role},
    headers::{MAX_VALUE_BYTES, Sent, joined_values},
    json::{Members, without_mark},
    jws::{self, Algorithm},
};

/// A scheme that sends a token in a header.
#[derive(Clone, Debug)]
pub(crate) struct TokenScheme {
    pub(crate) header: Cow<'static, str>,
    pub(crate) algorithms: Cow<'static, [Algorithm]>,
    pub(crate) rules: TokenRules,
}

/// The claims about time; each may be absent.
struct Times {
    issued_at: Option<UnixSeconds>,
    not_before: Option<UnixSeconds>,
    expires_at: Option<UnixSeconds>,
}

/// Claims that have to be the same as the field of that name in the body, if they are there.
pub(crate) const BODY_CLAIMS: [&str; 4] = ["topic", "submission_id", "studio_id", "contact_id"];

impl TokenScheme {
    pub(crate) fn check(&self, sent: Sent<'_>, body: &[u8], check: &mut Check<'_>) -> Result<Found, Flaw> {
        let token = sent.the_value(Role::Signature).map_err(|flaw| match flaw {
            Flaw::SignatureMalformed => Flaw::TokenMalformed,
            other => other,
        })?;
        if joined_values(token) > 1 {
            return Err(Flaw::SignatureRepeated);
        }
        let mut room = [0; MAX_VALUE_BYTES];
        let token = jws::check(token, check.secrets, &self.algorithms, &mut room)?;
        // One of another type was made for another purpose, even if with the same secret (RFC 8725, 3.11).
        if !token.is_jwt {
            return Err(Flaw::TokenTypeRefused);
        }
        let mut claims = Members::default();
        claims.read(token.payload, None).ok_or(Flaw::ClaimsMalformed)?;
        let times = Times::read(&claims, check)?;
        times.check(check)?;
        let rules = check.rules.unwrap_or(self.rules);
        rules.check_age(&times, check)?;
        if rules.compares_claims {
            check_body_claims(&claims, body, check)?;
        }
        Ok(Found { signed_at: times.issued_at, secret_index: token.secret_index })
    }
}

impl TokenRules {
    fn check_age(&self, times: &Times, check: &mut Check<'_>) -> Result<(), Flaw> {
        let is_timeless = times.issued_at.is_none() && times.expires_at.is_none();
        if is_timeless && !self.may_be_timeless {
            return Err(check.of_claim("exp", Flaw::ClaimMissing));
        }
        let Some(max_age) = self.max_age else { return Ok(()) };
        let issued_at = times.issued_at.ok_or_else(|| check.of_claim("iat", Flaw::ClaimMissing))?;
        match check.now.since(issued_at) {
            Some(age) if age > max_age.saturating_add(check.tolerance).as_secs() => {
                Err(check.off_by(age, Flaw::TimestampTooOld))
            }
            _ => Ok(()),
        }
    }
}

/// The body is read only if there is a claim to compare with it.
fn check_body_claims(claims: &Members<'_>, body: &[u8], check: &mut Check<'_>) -> Result<(), Flaw> {
    let is_there = |claim: &&&str| claims.get(claim).is_some_and(|value| value.plain() != "null");
    let mut named = BODY_CLAIMS.iter().filter(is_there).peekable();
    let Some(first) = named.peek() else { return Ok(()) };
    let mut fields = Members::default();
    fields.read(without_mark(body), Some(&BODY_CLAIMS)).ok_or_else(|| check.of_claim(first, Flaw::ClaimMismatch))?;
    let is_same = |claim: &str| claims.get(claim)?.is(fields.get(claim)?).then_some(());
    let differs = |claim: &&&str| is_same(claim).is_none();
    named.find(differs).map_or(Ok(()), |claim| Err(check.of_claim(claim, Flaw::ClaimMismatch)))
}

impl Times {
    fn read(claims: &Members<'_>, check: &mut Check<'_>) -> Result<Self, Flaw> {
        let mut read = |claim| read_time(claims, claim).map_err(|flaw| check.of_claim(claim, flaw));
        Ok(Self { issued_at: read("iat")?, not_before: read("nbf")?, expires_at: read("exp")? })
    }

    fn check(&self, check: &mut Check<'_>) -> Result<(), Flaw> {
        let Check { now, tolerance, .. } = *check;
        // At the moment of its expiry a token is expired already.
        if let Some(age) =
            self.expires_at.and_then(|at| now.since(at)).filter(|age| Duration::from_secs(*age) >= tolerance)
        {
            return Err(check.off_by(age, Flaw::TokenExpired));
        }
        if let Some(ahead) = self.not_before.and_then(|at| at.since(now)).filter(|ahead| *ahead > tolerance.as_secs()) {
            return Err(check.off_by(ahead, Flaw::TokenNotYetValid));
        }
        // A token may be older than the tolerance as long as it has not expired.
        self.issued_at.map_or(Ok(()), |at| check.distance(at.max(now)))
    }
}

/// Reads a claim that is a number of seconds since the epoch; what is behind a decimal point is cut off.
fn read_time(claims: &Members<'_>, claim: &'static str) -> Result<Option<UnixSeconds>, Flaw> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    read_numeric_date(value.plain().as_bytes()).map(Some).ok_or(Flaw::ClaimMalformed)
}

fn read_numeric_date(number: &[u8]) -> Option<UnixSeconds> {
    let seconds = number.split(|byte| *byte == b'.').next().unwrap_or_default();
    // What the reader of JSON let pass has digits behind its point, and after them at most an exponent.
    let has_exponent = number.iter().any(|byte| matches!(byte, b'e' | b'E'));
    // Milliseconds would have 13 digits; a token that lives until the year 5138 is a mistake.
    TimestampFormat::UnixSeconds.read(seconds, UnixSeconds::new(0)).filter(|_| !has_exponent)
}
