//! JSON Web Signatures with a shared secret (RFC 7515, RFC 7518): the layer below the claims of a token.
//!
//! It knows the compact form alone, and no key that a token names or brings along.

use alloc::{vec, vec::Vec};
use core::str::FromStr;

use hmac::{
    Hmac,
    digest::{CtOutput, Output},
};
use sha2::Sha256;
#[cfg(feature = "sha512")]
use sha2::Sha512;

use crate::{
    Secret, Secrets, VerifyError,
    codec::Base64,
    error::Flaw,
    json::{Members, Text},
};

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
    header: Vec<u8>,
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
    let mut room = vec![0; token.len()];
    let Genuine { header, payload, secret_index, .. } =
        check(token, secrets, allowed, &mut room).map_err(Flaw::plain)?;
    Ok(Jws { header: header.to_vec(), payload: payload.to_vec(), secret_index })
}

/// What a genuine token says, decoded.
pub(crate) struct Genuine<'b> {
    header: &'b [u8],
    pub(crate) payload: &'b [u8],
    /// Whether its `typ` names no other type than JWT; one without a type is taken for a JWT, as nearly everybody does.
    pub(crate) is_jwt: bool,
    pub(crate) secret_index: usize,
}

/// Checks a token, for which `room` has to have as many bytes.
pub(crate) fn check<'b>(
    token: &[u8],
    secrets: &Secrets,
    allowed: &[Algorithm],
    room: &'b mut [u8],
) -> Result<Genuine<'b>, Flaw> {
    let mut parts = token.split(|byte| *byte == b'.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Flaw::TokenMalformed);
    };
    let signed = token.get(..token.len().saturating_sub(signature.len()).saturating_sub(1)).unwrap_or_default();
    let (header, room) = decoded(header, room)?;
    let (payload, room) = decoded(payload, room)?;
    let (signature, _) = decoded(signature, room)?;
    let mut members = Members::default();
    members.read(header, None).ok_or(Flaw::TokenMalformed)?;
    let algorithm = chosen(&members, allowed)?;
    if members.get("crit").is_some() {
        return Err(Flaw::ExtensionRefused);
    }
    let secret_index =
        secrets.find(|secret| algorithm.signed(secret, signed, signature)).ok_or(Flaw::SignatureMismatch)?;
    let is_jwt = members.get("typ").is_none_or(|name| name.text().is_some_and(names_jwt));
    Ok(Genuine { header, payload, is_jwt, secret_index })
}

/// The algorithm that the header names, if it is one of those allowed.
fn chosen(header: &Members<'_>, allowed: &[Algorithm]) -> Result<Algorithm, Flaw> {
    let name = header.get("alg").ok_or(Flaw::AlgorithmRefused)?.text().ok_or(Flaw::TokenMalformed)?;
    allowed.iter().find(|algorithm| name.is(algorithm.as_str())).copied().ok_or(Flaw::AlgorithmRefused)
}

/// A media type, with or without `application/` (RFC 7515, 4.1.9).
fn names_jwt(name: Text<'_>) -> bool {
    name.is_in_any_case("jwt") || name.is_in_any_case("application/jwt")
}

/// The bytes of a part, and the room that is left behind them.
fn decoded<'b>(part: &[u8], room: &'b mut [u8]) -> Result<(&'b [u8], &'b mut [u8]), Flaw> {
    let length = Base64::UrlSafe.decode_into(part, room).ok_or(Flaw::TokenMalformed)?;
    let (bytes, rest) = room.split_at_mut_checked(length).ok_or(Flaw::TokenMalformed)?;
    Ok((bytes, rest))
}

impl Jws {
    /// The bytes of its header, a JSON object in which no name occurs twice.
    #[must_use]
    pub fn header(&self) -> &[u8] {
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
        match self {
            Self::Hs256 => secret.sign(&mut core::iter::once(signed)).as_bytes().to_vec(),
            #[cfg(feature = "sha512")]
            Self::Hs384 | Self::Hs512 => {
                let made = self.longer(secret, signed);
                made.map_or_else(Vec::new, |(made, length)| made.as_bytes().iter().copied().take(length).collect())
            }
        }
    }

    /// Whether the secret made this signature, compared in constant time; one of another length is of another algorithm.
    fn signed(self, secret: &Secret, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Hs256 => Output::<Hmac<Sha256>>::try_from(signature)
                .is_ok_and(|tag| CtOutput::new(tag) == secret.sign(&mut core::iter::once(signed))),
            #[cfg(feature = "sha512")]
            Self::Hs384 | Self::Hs512 => {
                let made = self.longer(secret, signed);
                made.is_some_and(|(made, length)| length == signature.len() && filled_up(signature) == made)
            }
        }
    }

    /// What the secret makes of the signed bytes with a longer hash, filled up with zeros, and its length without them.
    ///
    /// A runtime compiles a function of wasm when it is first called, and nearly nobody calls this one.
    #[cfg(feature = "sha512")]
    #[inline(never)]
    fn longer(self, secret: &Secret, signed: &[u8]) -> Option<(CtOutput<Hmac<Sha512>>, usize)> {
        Some(match self {
            Self::Hs384 => (filled_up(secret.sign_384(signed)?.as_bytes()), 48),
            _ => (secret.sign_512(signed)?, 64),
        })
    }
}

/// A signature with zeros behind it.
#[cfg(feature = "sha512")]
fn filled_up(signature: &[u8]) -> CtOutput<Hmac<Sha512>> {
    let mut output = Output::<Hmac<Sha512>>::default();
    output.iter_mut().zip(signature).for_each(|(to, from)| *to = *from);
    CtOutput::new(output)
}

impl FromStr for Algorithm {
    type Err = VerifyError;

    fn from_str(name: &str) -> Result<Self, VerifyError> {
        Self::ALL.iter().find(|algorithm| algorithm.as_str() == name).copied().ok_or(VerifyError::SchemeUnknown)
    }
}
