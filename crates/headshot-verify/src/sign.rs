//! Making signatures, for tests and for a server that sends deliveries.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use crate::{
    Headers, Provider, Scheme, Secret, Secrets, TimestampFormat, UnixSeconds, Value,
    codec::Base64,
    codes::plain_errors,
    json::{self, ObjectWriter},
    scheme::{HmacScheme, Means},
    time,
    token::{BODY_CLAIMS, TokenScheme},
};

/// How long a token is valid that is made here.
const TOKEN_SECONDS: u64 = 300;

/// A delivery that has no signature yet.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned<'a> {
    /// The raw bytes of its body.
    pub body: &'a [u8],
    /// The moment of signing; a scheme that signs no time does not look at it.
    pub at: UnixSeconds,
    /// Its id, for a scheme that signs one.
    pub id: Option<&'a str>,
}

plain_errors! {
    /// Why a delivery cannot be signed.
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
    match &scheme.means {
        Means::Hmac(hmac) => hmac.sign(secrets, unsigned),
        Means::Token(token) => token.sign(secrets, unsigned),
    }
}

impl HmacScheme {
    fn sign(&self, secrets: &Secrets, unsigned: &Unsigned<'_>) -> Result<Vec<(String, String)>, SignError> {
        let id = self
            .id
            .as_ref()
            .map(|header| unsigned.id.ok_or(SignError::IdMissing).map(|id| (header, id)))
            .transpose()?;
        if id.is_some_and(|(header, id)| !header.may_be(id.as_bytes())) {
            return Err(SignError::IdMalformed);
        }
        let timestamp =
            self.timestamp.as_ref().map(|header| Ok((header, header.format.write(unsigned.at)?))).transpose()?;
        let timestamp_text = timestamp.as_ref().map_or("", |(_, text)| text.as_str());
        let id_text = id.map_or("", |(_, id)| id);
        let sign = |secret: &Secret| {
            let mut parts = self.parts_of(timestamp_text.as_bytes(), id_text.as_bytes(), unsigned.body);
            let made = secret.sign(&mut parts);
            let tag: [u8; 32] = made.into_bytes().into();
            alloc::format!("{}{}", self.signature.prefix, self.signature.encoding.write(&tag))
        };
        let most = if self.signature.is_list { usize::MAX } else { 1 };
        let signatures: Vec<String> = secrets.all().iter().take(most).map(sign).collect();
        let mut headers = vec![(self.signature.header.to_string(), signatures.join(" "))];
        headers.extend(timestamp.map(|(header, text)| (header.header.to_string(), text)));
        headers.extend(id.map(|(header, id)| (header.header.to_string(), id.to_string())));
        Ok(headers)
    }
}

impl TimestampFormat {
    fn write(self, at: UnixSeconds) -> Result<String, SignError> {
        let text = match self {
            Self::UnixSeconds => at.get().to_string(),
            Self::UnixMillis => at.get().saturating_mul(1000).to_string(),
            Self::HttpDate => time::http_date(at).ok_or(SignError::TimeMalformed)?,
        };
        if self.read(text.as_bytes(), at) == Some(at) { Ok(text) } else { Err(SignError::TimeMalformed) }
    }
}

impl TokenScheme {
    /// A token with the claims that the verifier would compare with the body; made with the first accepted algorithm.
    fn sign(&self, secrets: &Secrets, unsigned: &Unsigned<'_>) -> Result<Vec<(String, String)>, SignError> {
        let seconds = TimestampFormat::UnixSeconds;
        let algorithm = self.algorithms.first().ok_or(SignError::AlgorithmMissing)?;
        let fields = json::object(unsigned.body).unwrap_or_default();
        let expires_at = UnixSeconds::new(unsigned.at.get().saturating_add(TOKEN_SECONDS));
        let (issued_at, expires_at) = (seconds.write(unsigned.at)?, seconds.write(expires_at)?);
        let claims = ObjectWriter::written(|json| {
            json.value("iat", &Value::Number(issued_at.clone()));
            json.value("exp", &Value::Number(expires_at.clone()));
            for claim in BODY_CLAIMS {
                if let Some(value) = fields.get(claim) {
                    json.value(claim, value);
                }
            }
        });
        let tokens = secrets.all().iter().take(1).map(|secret| algorithm.token(secret, &claims));
        Ok(tokens.map(|token| (self.header.to_string(), token)).collect())
    }
}

impl crate::jws::Algorithm {
    /// A token whose payload is `claims`.
    fn token(self, secret: &Secret, claims: &str) -> String {
        let header = alloc::format!(r#"{{"alg":"{}","typ":"JWT"}}"#, self.as_str());
        let part = |text: &str| Base64::UrlSafe.encode(text.as_bytes());
        let signed = alloc::format!("{}.{}", part(&header), part(claims));
        let signature = Base64::UrlSafe.encode(&self.sign(secret, signed.as_bytes()));
        alloc::format!("{signed}.{signature}")
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
