//! JSON Web Signatures with a shared secret (RFC 7515, RFC 7518): the layer below the claims of a token.
//!
//! It knows the compact form alone, and no key that a token names or brings along.

use alloc::vec::Vec;
use core::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::digest::{CtOutput, Output, OutputSizeUser};

use crate::{Fields, Secret, Secrets, Value, VerifyError, json};

/// A signature algorithm with a shared secret.
///
/// `none` and the algorithms with public keys are not among them, so no setting can allow them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    #[cfg(feature = "sha512")]
    Hs384,
    /// HMAC with SHA-512.
    #[cfg(feature = "sha512")]
    Hs512,
}

/// A genuine token.
#[derive(Clone)]
pub struct Jws {
    header: Fields,
    payload: Vec<u8>,
    secret_index: usize,
}

/// Checks a token in compact form: exactly three parts of canonical base64url without padding, with dots between.
///
/// The `alg` of the token only chooses among the `allowed` algorithms. The type and the payload are not looked at.
///
/// ```
/// use headshot_verify::{Secrets, jws::{self, Algorithm}};
///
/// let secrets = Secrets::new(["sandbox-scale-secret"])?;
/// let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NjczMjMwNDUsImV4cCI6MTc2NzMyMzM0NX0.\
///     XK1ln-0LX6ek9sZob3ZvpU7pZ8vNgic8idoNE8HN5ko";
/// let genuine = jws::verify(token.as_bytes(), &secrets, &[Algorithm::Hs256])?;
/// assert_eq!(genuine.payload(), br#"{"iat":1767323045,"exp":1767323345}"#);
/// # Ok::<(), headshot_verify::VerifyError>(())
/// ```
///
/// # Errors
///
/// [`VerifyError::TokenMalformed`], [`VerifyError::AlgorithmRefused`], [`VerifyError::ExtensionRefused`] and
/// [`VerifyError::SignatureMismatch`].
pub fn verify(token: &[u8], secrets: &Secrets, allowed: &[Algorithm]) -> Result<Jws, VerifyError> {
    let token = core::str::from_utf8(token).map_err(|_| VerifyError::TokenMalformed)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::TokenMalformed)?;
    let (header, payload) = signed.split_once('.').ok_or(VerifyError::TokenMalformed)?;
    // A fourth part would be a dot in the payload, which is no letter of base64url.
    let (header, payload, signature) = (decoded(header)?, decoded(payload)?, decoded(signature)?);
    let header = json::strict_object(&header).map_err(|_| VerifyError::TokenMalformed)?;
    let algorithm = chosen(&header, allowed)?;
    if header.get("crit").is_some() {
        return Err(VerifyError::ExtensionRefused);
    }
    let secret_index = secrets
        .find(|secret| algorithm.signed(secret, signed.as_bytes(), &signature))
        .ok_or(VerifyError::SignatureMismatch)?;
    Ok(Jws { header, payload, secret_index })
}

/// The algorithm that the header names, if it is one of those allowed.
fn chosen(header: &Fields, allowed: &[Algorithm]) -> Result<Algorithm, VerifyError> {
    match header.get("alg") {
        Some(Value::Text(name)) => {
            allowed.iter().find(|algorithm| algorithm.as_str() == name).copied().ok_or(VerifyError::AlgorithmRefused)
        }
        Some(_) => Err(VerifyError::TokenMalformed),
        None => Err(VerifyError::AlgorithmRefused),
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, VerifyError> {
    Base64UrlUnpadded::decode_vec(part).map_err(|_| VerifyError::TokenMalformed)
}

impl Jws {
    /// The fields of its header.
    #[must_use]
    pub const fn header(&self) -> &Fields {
        &self.header
    }

    /// The bytes of its payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Which of the secrets signed, counted from 0.
    #[must_use]
    pub const fn secret_index(&self) -> usize {
        self.secret_index
    }
}

// The claims stay out of logs.
impl core::fmt::Debug for Jws {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Jws").field("secret_index", &self.secret_index).finish_non_exhaustive()
    }
}

impl Algorithm {
    /// Every algorithm that this build knows.
    pub const ALL: &'static [Self] = &[
        Self::Hs256,
        #[cfg(feature = "sha512")]
        Self::Hs384,
        #[cfg(feature = "sha512")]
        Self::Hs512,
    ];

    /// Its name in `alg`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            #[cfg(feature = "sha512")]
            Self::Hs384 => "HS384",
            #[cfg(feature = "sha512")]
            Self::Hs512 => "HS512",
        }
    }

    /// The signature of the secret.
    #[cfg(feature = "sign")]
    pub(crate) fn sign(self, secret: &Secret, signed: &[u8]) -> Vec<u8> {
        let parts = core::iter::once(signed);
        match self {
            Self::Hs256 => secret.sign(parts).as_bytes().to_vec(),
            #[cfg(feature = "sha512")]
            Self::Hs384 => secret.sign_sha384(parts).as_bytes().to_vec(),
            #[cfg(feature = "sha512")]
            Self::Hs512 => secret.sign_sha512(parts).as_bytes().to_vec(),
        }
    }

    /// Whether the secret made this signature; a signature of another length is of another algorithm.
    fn signed(self, secret: &Secret, signed: &[u8], signature: &[u8]) -> bool {
        let parts = || core::iter::once(signed);
        match self {
            Self::Hs256 => is_tag(signature, &secret.sign(parts())),
            #[cfg(feature = "sha512")]
            Self::Hs384 => is_tag(signature, &secret.sign_sha384(parts())),
            #[cfg(feature = "sha512")]
            Self::Hs512 => is_tag(signature, &secret.sign_sha512(parts())),
        }
    }
}

/// Compares in constant time.
fn is_tag<M: OutputSizeUser>(signature: &[u8], made: &CtOutput<M>) -> bool {
    Output::<M>::try_from(signature).is_ok_and(|tag| CtOutput::new(tag) == *made)
}

impl FromStr for Algorithm {
    type Err = VerifyError;

    fn from_str(name: &str) -> Result<Self, VerifyError> {
        Self::ALL.iter().find(|algorithm| algorithm.as_str() == name).copied().ok_or(VerifyError::SchemeUnknown)
    }
}
