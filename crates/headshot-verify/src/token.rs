//! JSON Web Tokens (RFC 7519) that come in a header, beside a body that they do not sign.

use alloc::borrow::Cow;
use core::time::Duration;

use crate::{
    Delivery, Fields, Headers, Secrets, UnixSeconds, Value, VerifyError, json,
    jws::{self, Algorithm, Jws},
    scheme::{Asked, the_value},
    time::{self, Cursor},
    verified::Found,
};

/// A scheme that sends a token in a header.
#[derive(Clone, Debug)]
pub(crate) struct TokenScheme {
    pub(crate) header: Cow<'static, str>,
    pub(crate) algorithms: Cow<'static, [Algorithm]>,
    /// The greatest age of a token, which then has to say when it was issued.
    pub(crate) max_age: Option<Duration>,
    /// Claims that have to be the same as the field of that name in the body, if they are there.
    pub(crate) body_claims: &'static [&'static str],
}

/// The claims about time; each may be absent.
struct Times {
    issued_at: Option<UnixSeconds>,
    not_before: Option<UnixSeconds>,
    expires_at: Option<UnixSeconds>,
}

impl TokenScheme {
    pub(crate) fn check<'h>(
        &self,
        delivery: &Delivery<'_, impl Headers<'h>>,
        secrets: &Secrets,
        now: UnixSeconds,
        tolerance: Duration,
    ) -> Result<Found, VerifyError> {
        let token = the_value(&delivery.headers, &self.header, Asked::Token)?;
        if token.contains(&b',') {
            return Err(VerifyError::SignatureRepeated { header: self.header.clone() });
        }
        let token = jws::verify(token, secrets, &self.algorithms)?;
        check_type(&token)?;
        let claims = json::strict_object(token.payload()).map_err(|_| VerifyError::ClaimsMalformed)?;
        let times = Times::read(&claims)?;
        times.check(now, tolerance)?;
        self.check_age(&times, now, tolerance)?;
        self.check_body_claims(&claims, delivery.body)?;
        Ok(Found { signed_at: times.issued_at, secret_index: token.secret_index() })
    }

    fn check_age(&self, times: &Times, now: UnixSeconds, tolerance: Duration) -> Result<(), VerifyError> {
        let Some(max_age) = self.max_age else { return Ok(()) };
        let issued_at = times.issued_at.ok_or(VerifyError::ClaimMissing { claim: "iat" })?;
        match now.since(issued_at) {
            Some(age) if age > max_age.saturating_add(tolerance) => Err(VerifyError::TimestampTooOld { age }),
            _ => Ok(()),
        }
    }

    /// The body is read only if there is a claim to compare with it.
    fn check_body_claims(&self, claims: &Fields, body: &[u8]) -> Result<(), VerifyError> {
        let is_there = |claim: &&&str| claims.get(claim).is_some_and(|value| *value != Value::Null);
        let mut named = self.body_claims.iter().filter(is_there).peekable();
        let Some(first) = named.peek() else { return Ok(()) };
        let fields = json::object(body).map_err(|_| VerifyError::ClaimMismatch { claim: first })?;
        match named.find(|claim| claims.get(claim) != fields.get(claim)) {
            Some(claim) => Err(VerifyError::ClaimMismatch { claim }),
            None => Ok(()),
        }
    }
}

/// A token without a type is taken for a JWT, as nearly everybody does; one of another type was made for another
/// purpose, even if it was made with the same secret (RFC 8725, 3.11).
fn check_type(token: &Jws) -> Result<(), VerifyError> {
    match token.header().get("typ") {
        None => Ok(()),
        Some(Value::Text(name)) if is_jwt(name) => Ok(()),
        Some(_) => Err(VerifyError::TokenTypeRefused),
    }
}

/// A media type, with or without `application/` (RFC 7515, 4.1.9).
fn is_jwt(name: &str) -> bool {
    name.eq_ignore_ascii_case("jwt") || name.eq_ignore_ascii_case("application/jwt")
}

impl Times {
    fn read(claims: &Fields) -> Result<Self, VerifyError> {
        Ok(Self {
            issued_at: read_time(claims, "iat")?,
            not_before: read_time(claims, "nbf")?,
            expires_at: read_time(claims, "exp")?,
        })
    }

    fn check(&self, now: UnixSeconds, tolerance: Duration) -> Result<(), VerifyError> {
        // At the moment of its expiry a token is expired already.
        if let Some(age) = self.expires_at.and_then(|at| now.since(at)).filter(|age| *age >= tolerance) {
            return Err(VerifyError::TokenExpired { age });
        }
        if let Some(ahead) = self.not_before.and_then(|at| at.since(now)).filter(|ahead| *ahead > tolerance) {
            return Err(VerifyError::TokenNotYetValid { ahead });
        }
        // A token may be older than the tolerance as long as it has not expired.
        self.issued_at.map_or(Ok(()), |at| time::check_distance(at.max(now), now, tolerance))
    }
}

/// Reads a claim that is a number of seconds since the epoch; what is behind a decimal point is cut off.
fn read_time(claims: &Fields, claim: &'static str) -> Result<Option<UnixSeconds>, VerifyError> {
    match claims.get(claim) {
        None => Ok(None),
        Some(Value::Number(number)) => match read_numeric_date(number) {
            Some(moment) => Ok(Some(moment)),
            None => Err(VerifyError::ClaimMalformed { claim }),
        },
        Some(_) => Err(VerifyError::ClaimMalformed { claim }),
    }
}

fn read_numeric_date(number: &str) -> Option<UnixSeconds> {
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let mut fraction = Cursor(fraction.as_bytes());
    fraction.skip_digits();
    // Milliseconds would have 13 digits; a token that lives until the year 50,000 is a mistake.
    let seconds = time::TimestampFormat::UnixSeconds.read(seconds.as_bytes(), UnixSeconds::new(0))?;
    fraction.is_at_end().then_some(seconds)
}
