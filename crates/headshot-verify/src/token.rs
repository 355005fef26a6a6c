//! JSON Web Tokens (RFC 7519) that come in a header, beside a body that they do not sign.

use alloc::borrow::Cow;
use core::time::Duration;

use crate::{
    Secrets, TimestampFormat, UnixSeconds,
    flaw::{Flaw, Role},
    json::{Members, without_mark},
    jws::{self, Algorithm},
    scheme::Sent,
    time,
    verified::Found,
};

/// A scheme that sends a token in a header.
#[derive(Clone, Debug)]
pub(crate) struct TokenScheme {
    pub(crate) header: Cow<'static, str>,
    pub(crate) algorithms: Cow<'static, [Algorithm]>,
    /// The greatest age of a token, which then has to say when it was issued.
    pub(crate) max_age: Option<Duration>,
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
    pub(crate) fn check(
        &self,
        sent: Sent<'_>,
        body: &[u8],
        secrets: &Secrets,
        now: UnixSeconds,
        tolerance: Duration,
    ) -> Result<Found, Flaw> {
        let token = sent.the_value(Role::Signature).map_err(|flaw| match flaw {
            Flaw::Malformed(_) => Flaw::TokenMalformed,
            other => other,
        })?;
        if token.contains(&b',') {
            return Err(Flaw::Repeated(Role::Signature));
        }
        let token = jws::check(token, secrets, &self.algorithms)?;
        // One of another type was made for another purpose, even if with the same secret (RFC 8725, 3.11).
        if !token.is_jwt() {
            return Err(Flaw::TokenTypeRefused);
        }
        let claims = Members::read(token.payload(), None).ok_or(Flaw::ClaimsMalformed)?;
        let times = Times::read(&claims)?;
        times.check(now, tolerance)?;
        self.check_age(&times, now, tolerance)?;
        Self::check_body_claims(&claims, body)?;
        Ok(Found { signed_at: times.issued_at, secret_index: token.secret_index() })
    }

    fn check_age(&self, times: &Times, now: UnixSeconds, tolerance: Duration) -> Result<(), Flaw> {
        let Some(max_age) = self.max_age else { return Ok(()) };
        let issued_at = times.issued_at.ok_or(Flaw::ClaimMissing("iat"))?;
        match now.since(issued_at) {
            Some(age) if age > max_age.saturating_add(tolerance).as_secs() => Err(Flaw::TooOld(age)),
            _ => Ok(()),
        }
    }

    /// The body is read only if there is a claim to compare with it.
    fn check_body_claims(claims: &Members<'_>, body: &[u8]) -> Result<(), Flaw> {
        let is_there = |claim: &&&str| claims.get(claim).is_some_and(|value| value.plain() != "null");
        let mut named = BODY_CLAIMS.iter().filter(is_there).peekable();
        let Some(first) = named.peek() else { return Ok(()) };
        let fields = Members::read(without_mark(body), Some(&BODY_CLAIMS)).ok_or(Flaw::ClaimMismatch(first))?;
        let is_same = |claim: &str| claims.get(claim)?.is(fields.get(claim)?).then_some(());
        let differs = |claim: &&&str| is_same(claim).is_none();
        named.find(differs).map_or(Ok(()), |claim| Err(Flaw::ClaimMismatch(claim)))
    }
}

impl Times {
    fn read(claims: &Members<'_>) -> Result<Self, Flaw> {
        Ok(Self {
            issued_at: read_time(claims, "iat")?,
            not_before: read_time(claims, "nbf")?,
            expires_at: read_time(claims, "exp")?,
        })
    }

    fn check(&self, now: UnixSeconds, tolerance: Duration) -> Result<(), Flaw> {
        // At the moment of its expiry a token is expired already.
        if let Some(age) =
            self.expires_at.and_then(|at| now.since(at)).filter(|age| Duration::from_secs(*age) >= tolerance)
        {
            return Err(Flaw::TokenExpired(age));
        }
        if let Some(ahead) = self.not_before.and_then(|at| at.since(now)).filter(|ahead| *ahead > tolerance.as_secs()) {
            return Err(Flaw::TokenNotYetValid(ahead));
        }
        // A token may be older than the tolerance as long as it has not expired.
        self.issued_at.map_or(Ok(()), |at| time::check_distance(at.max(now), now, tolerance))
    }
}

/// Reads a claim that is a number of seconds since the epoch; what is behind a decimal point is cut off.
fn read_time(claims: &Members<'_>, claim: &'static str) -> Result<Option<UnixSeconds>, Flaw> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    read_numeric_date(value.plain().as_bytes()).map(Some).ok_or(Flaw::ClaimMalformed(claim))
}

fn read_numeric_date(number: &[u8]) -> Option<UnixSeconds> {
    let seconds = number.split(|byte| *byte == b'.').next().unwrap_or_default();
    // What the reader of JSON let pass has digits behind its point, and after them at most an exponent.
    let has_exponent = number.iter().any(|byte| matches!(byte, b'e' | b'E'));
    // Milliseconds would have 13 digits; a token that lives until the year 5138 is a mistake.
    TimestampFormat::UnixSeconds.read(seconds, UnixSeconds::new(0)).filter(|_| !has_exponent)
}
