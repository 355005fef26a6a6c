//! Making signatures, for tests and for a server that sends deliveries.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use crate::{
    Headers, Provider, Scheme, Secret, Secrets, TimestampFormat, UnixSeconds,
    codec::Base64,
    errors::errors,
    json::{Members, without_mark},
    jws::Algorithm,
    scheme::{BODY_CLAIMS, HmacScheme, IdHeader, Means, TokenScheme},
    time,
};

/// How long a token is valid that is made here.
const TOKEN_SECONDS: u64 = 300;

/// A delivery that has no signature yet.
#[derive(Clone, Copy)]
pub struct Unsigned<'a> {
    /// The raw bytes of its body.
    pub body: &'a [u8],
    /// The moment of signing; a scheme that signs no time does not look at it.
    pub at: UnixSeconds,
    /// Its id, for a scheme that signs one.
    pub id: Option<&'a str>,
}

// The body stays out of logs.
impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsigned")
            .field("at", &self.at)
            .field("id", &self.id)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

errors! {
    /// Why a delivery cannot be signed.
    #[derive(Copy)]
    pub enum SignError {
        /// The scheme signs an id, and the delivery has none.
        IdMissing = "sign_id_missing", "the scheme signs the delivery's id, and there is none";
        /// The id could not be verified: it is empty, too long, or holds a character that it may not hold.
        IdMalformed = "sign_id_malformed", "the delivery's id cannot stand in the scheme's signed bytes";
        /// The moment cannot be written in the scheme's form.
        TimeMalformed = "sign_time_malformed", "the moment of signing cannot be written in the scheme's form";
        /// The settings accept no algorithm.
        AlgorithmMissing = "sign_algorithm_missing", "the settings accept no algorithm";
    }
}

/// The headers of a delivery as the provider would send it, names in lower case.
///
/// Of several secrets all sign where the scheme has room for several signatures, and otherwise the first.
///
/// ```
/// use headshot_verify::{
///     Delivery, UnixSeconds, Unsigned, Verifier, provider::standardwebhooks::StandardWebhooks, sign,
/// };
///
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let now = UnixSeconds::new(1_767_323_045);
/// let body = br#"{"type":"session.updated","data":{}}"#;
/// let unsigned = Unsigned { body, at: now, id: Some("msg_1") };
/// let verifier = Verifier::with_shown_secrets(StandardWebhooks::default(), [secret])?;
/// let headers = verifier.sign(&unsigned)?;
/// assert!(verifier.verify(&Delivery::new(&headers[..], body), now).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SignError`] when the delivery could not be verified.
pub fn sign(scheme: &Scheme, secrets: &Secrets, unsigned: &Unsigned<'_>) -> Result<Vec<(String, String)>, SignError> {
    let (signature, timestamp, id) = match &scheme.means {
        Means::Hmac(hmac) => hmac.sign(secrets, unsigned)?,
        Means::Token(token) => (token.sign(secrets, unsigned)?, None, None),
    };
    let mut headers = Vec::new();
    let mut add = |name: &str, value: String| headers.push((String::from(name), value));
    add(scheme.signature_header(), signature);
    if let (Some(name), Some(timestamp)) = (scheme.timestamp_header(), timestamp) {
        add(name, timestamp);
    }
    if let (Some(name), Some(id)) = (scheme.id_header(), id) {
        add(name, id);
    }
    Ok(headers)
}

/// What stands in the headers for signature, timestamp and id.
type Values = (String, Option<String>, Option<String>);

impl HmacScheme {
    fn sign(&self, secrets: &Secrets, unsigned: &Unsigned<'_>) -> Result<Values, SignError> {
        let id = match &self.id {
            Some(header) => Some(header.checked(unsigned.id.ok_or(SignError::IdMissing)?)?),
            None => None,
        };
        let timestamp = match &self.timestamp {
            Some(header) => Some(header.format.write(unsigned.at)?),
            None => None,
        };
        let signed_timestamp = timestamp.as_deref().unwrap_or_default().as_bytes();
        let signed_id = id.unwrap_or_default().as_bytes();
        let mut signatures = String::new();
        for secret in secrets.all() {
            let made = secret.sign(&mut self.parts_of(signed_timestamp, signed_id, unsigned.body));
            let signature = self.signature.encoding.write(&made.into_bytes().into());
            let space = if signatures.is_empty() { "" } else { " " };
            signatures = [&*signatures, space, &self.signature.prefix, &signature].concat();
            if !self.signature.is_list {
                break;
            }
        }
        Ok((signatures, timestamp, id.map(String::from)))
    }
}

impl IdHeader {
    fn checked<'i>(&self, id: &'i str) -> Result<&'i str, SignError> {
        if self.may_be(id.as_bytes()) { Ok(id) } else { Err(SignError::IdMalformed) }
    }
}

impl TimestampFormat {
    fn write(self, at: UnixSeconds) -> Result<String, SignError> {
        let text = match self {
            Self::HttpDate => time::http_date(at).ok_or(SignError::TimeMalformed)?,
            Self::UnixSeconds | Self::UnixMillis => {
                let units = if self == Self::UnixMillis { 1000 } else { 1 };
                at.get().saturating_mul(units).to_string()
            }
        };
        if self.read(text.as_bytes(), at) == Some(at) { Ok(text) } else { Err(SignError::TimeMalformed) }
    }
}

impl TokenScheme {
    /// A token with the claims that the verifier would compare with the body; made with the first accepted algorithm.
    fn sign(&self, secrets: &Secrets, unsigned: &Unsigned<'_>) -> Result<String, SignError> {
        let algorithm = self.algorithms.first().ok_or(SignError::AlgorithmMissing)?;
        let expires_at = UnixSeconds::new(unsigned.at.get().saturating_add(TOKEN_SECONDS));
        let issued_at = TimestampFormat::UnixSeconds.write(unsigned.at)?;
        let expires_at = TimestampFormat::UnixSeconds.write(expires_at)?;
        let mut claims = ["{\"iat\":", &issued_at, ",\"exp\":", &expires_at].concat();
        let mut fields = Members::default();
        let is_object = fields.read(without_mark(unsigned.body), Some(&BODY_CLAIMS)).is_some();
        for claim in BODY_CLAIMS {
            if let Some(value) = fields.get(claim).filter(|_| is_object) {
                claims.push_str(&[",\"", claim, "\":", value.plain()].concat());
            }
        }
        claims.push('}');
        Ok(secrets.all().first().map(|secret| algorithm.token(secret, &claims)).unwrap_or_default())
    }
}

impl Algorithm {
    /// A token whose payload is `claims`.
    fn token(self, secret: &Secret, claims: &str) -> String {
        let header = [r#"{"alg":""#, self.as_str(), r#"","typ":"JWT"}"#].concat();
        let signed =
            [&*Base64::UrlSafe.encode(header.as_bytes()), ".", &Base64::UrlSafe.encode(claims.as_bytes())].concat();
        let signature = self.sign(secret, signed.as_bytes());
        [&*signed, ".", &Base64::UrlSafe.encode(&signature)].concat()
    }
}

impl<P: Provider> crate::Verifier<P> {
    /// The headers with which this verifier's provider would send the delivery, in the first of its schemes.
    ///
    /// # Errors
    ///
    /// [`SignError`] when the delivery could not be verified.
    pub fn sign(&self, unsigned: &Unsigned<'_>) -> Result<Vec<(String, String)>, SignError> {
        sign(self.provider().scheme(&AllHeaders), self.secrets(), unsigned)
    }
}

/// Headers that are all there, so that a provider takes its scheme with the most of them.
struct AllHeaders;

impl Headers<'static> for AllHeaders {
    fn values(&self, _name: &str) -> impl Iterator<Item = &'static [u8]> {
        core::iter::once(&b""[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Delivery, Verifier, provider::scale::Scale};

    #[test]
    fn a_claim_is_the_field_of_the_body_however_that_is_written() {
        let verifier = Verifier::with_shown_secrets(Scale::new(), ["secret"]).unwrap();
        let at = UnixSeconds::new(1_767_323_045);
        for body in [r#"{ "studio_id" : { "a": [1, 2] }, "topic": "\u0041" }"#, r#"{"topic":null}"#, "[]", "no JSON"] {
            let headers = verifier.sign(&Unsigned { body: body.as_bytes(), at, id: None }).unwrap();
            assert_eq!(verifier.verify(&Delivery::new(&headers[..], body), at).err(), None, "{body}");
        }
    }
}
