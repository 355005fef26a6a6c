use alloc::{boxed::Box, vec, vec::Vec};
use core::fmt;

use hmac::{Hmac, KeyInit, Mac, digest::CtOutput};
use sha2::Sha256;
#[cfg(feature = "sha512")]
use sha2::{Digest, Sha384, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::{DeclarationError, VerifyError, codec::Base64, error::Flaw, words::names};

/// A signing secret: the key shared with a provider for one endpoint.
///
/// It is kept as the keyed state of its MAC, and with the feature `sha512` as a key of at most 128 bytes for each other
/// hash; all of it is wiped on drop and never printed.
#[derive(Clone)]
pub struct Secret(Box<Keyed>);

#[derive(Clone)]
struct Keyed {
    sha256: Hmac<Sha256>,
    /// For the hashes that hardly anybody uses, which are keyed when they are needed.
    #[cfg(feature = "sha512")]
    longer: LongerKeys,
}

names! {
    /// How a provider shows its signing secrets.
    #[derive(Default)]
    pub enum SecretForm {
        /// As text, whose own bytes are the key: 64 hexadecimal characters are 64 bytes, not 32.
        #[default]
        Text = "text",
        /// As `whsec_` and base64 with padding, or base64 alone, which writes the bytes of the key: Standard Webhooks. Some
        /// senders put `v1,` before it.
        Whsec = "whsec",
    }
    as_str or DeclarationError::SecretFormUnknown
}

impl SecretForm {
    /// The signing secret that a provider shows as `shown`, a text or its bytes; white space around it is not removed.
    ///
    /// ```
    /// use headshot_verify::{SecretForm, VerifyError};
    ///
    /// let secret = SecretForm::Whsec.read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// assert_eq!(SecretForm::Whsec.read("whsec_?").unwrap_err(), VerifyError::SecretMalformed);
    /// # Ok::<(), VerifyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`VerifyError::SecretEmpty`] and [`VerifyError::SecretMalformed`].
    pub fn read(self, shown: impl AsRef<[u8]>) -> Result<Secret, VerifyError> {
        self.key(shown.as_ref()).map_err(Flaw::plain)
    }

    /// The form that a secret has by its own beginning.
    fn told_by(shown: &[u8]) -> Self {
        if without_version(shown).starts_with(WHSEC) { Self::Whsec } else { Self::Text }
    }

    pub(crate) fn key(self, shown: &[u8]) -> Result<Secret, Flaw> {
        match self {
            Self::Text => Secret::of(shown),
            Self::Whsec => {
                let text = without_version(shown);
                let text = text.strip_prefix(WHSEC).unwrap_or(text);
                Secret::of(&Zeroizing::new(Base64::Padded.decode(text).ok_or(Flaw::SecretMalformed)?))
            }
        }
    }

    /// The signing secrets in the order in which they are tried.
    ///
    /// # Errors
    ///
    /// As of [`SecretForm::read`], and [`VerifyError::SecretsMissing`] when there are none.
    pub fn read_all<S: AsRef<[u8]>>(self, shown: impl IntoIterator<Item = S>) -> Result<Secrets, VerifyError> {
        Secrets::of(shown.into_iter().map(|shown| self.key(shown.as_ref()))).map_err(Flaw::plain)
    }
}

/// How Standard Webhooks begins a secret.
const WHSEC: &[u8] = b"whsec_";

fn without_version(shown: &[u8]) -> &[u8] {
    shown.strip_prefix(b"v1,").unwrap_or(shown)
}

impl Secret {
    /// The secret whose bytes are the key; a text is its bytes in UTF-8.
    ///
    /// The bytes handed over are wiped.
    ///
    /// # Errors
    ///
    /// [`VerifyError::SecretEmpty`]: everybody can sign with nothing.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, VerifyError> {
        Self::of(&Zeroizing::new(secret.into())).map_err(Flaw::plain)
    }

    fn of(secret: &[u8]) -> Result<Self, Flaw> {
        if secret.is_empty() {
            return Err(Flaw::SecretEmpty);
        }
        let keyed = Keyed::new(secret);
        wipe_stack();
        keyed.map(Self)
    }

    /// The MAC of `parts` one after the other; comparing it takes the same time wherever the other one differs.
    pub(crate) fn sign(&self, parts: &mut dyn Iterator<Item = &[u8]>) -> CtOutput<Hmac<Sha256>> {
        let mut mac = self.0.sha256.clone();
        parts.for_each(|part| mac.update(part));
        mac.finalize()
    }

    /// The same with SHA-384.
    #[cfg(feature = "sha512")]
    pub(crate) fn sign_384(&self, signed: &[u8]) -> Option<CtOutput<Hmac<Sha384>>> {
        signed_with(&self.0.longer.sha384, signed)
    }

    /// The same with SHA-512.
    #[cfg(feature = "sha512")]
    pub(crate) fn sign_512(&self, signed: &[u8]) -> Option<CtOutput<Hmac<Sha512>>> {
        signed_with(&self.0.longer.sha512, signed)
    }
}

impl Keyed {
    /// A call of its own, so that what it leaves on the stack lies beyond the caller's part of it.
    #[inline(never)]
    fn new(secret: &[u8]) -> Result<Box<Self>, Flaw> {
        Ok(Box::new(Self {
            // HMAC takes keys of every length, so this cannot fail once the secret is not empty.
            sha256: Hmac::new_from_slice(secret).map_err(|_| Flaw::SecretEmpty)?,
            #[cfg(feature = "sha512")]
            longer: LongerKeys::of(secret),
        }))
    }
}

/// The keys that HMAC makes of a secret: itself, or its hash if it is longer than a block.
///
/// A long secret that is kept whole leaves holes of its own size between others, among which an allocator has to search.
#[cfg(feature = "sha512")]
#[derive(Clone)]
struct LongerKeys {
    sha384: Zeroizing<Vec<u8>>,
    sha512: Zeroizing<Vec<u8>>,
}

#[cfg(feature = "sha512")]
impl LongerKeys {
    /// The block of both hashes.
    const BLOCK_BYTES: usize = 128;

    fn of(secret: &[u8]) -> Self {
        if secret.len() > Self::BLOCK_BYTES { Self::hashed(secret) } else { Self::new(secret, secret) }
    }

    /// A runtime compiles a function of wasm when it is first called, and nearly nobody has such a secret.
    #[inline(never)]
    fn hashed(secret: &[u8]) -> Self {
        Self::new(&Sha384::digest(secret), &Sha512::digest(secret))
    }

    fn new(sha384: &[u8], sha512: &[u8]) -> Self {
        Self { sha384: Zeroizing::new(sha384.to_vec()), sha512: Zeroizing::new(sha512.to_vec()) }
    }
}

#[cfg(feature = "sha512")]
fn signed_with<M: Mac + KeyInit>(key: &[u8], signed: &[u8]) -> Option<CtOutput<M>> {
    let made = keyed_and_signed(key, signed);
    wipe_stack();
    made
}

#[cfg(feature = "sha512")]
#[inline(never)]
fn keyed_and_signed<M: Mac + KeyInit>(key: &[u8], signed: &[u8]) -> Option<CtOutput<M>> {
    let keyed = <M as KeyInit>::new_from_slice(key).ok()?;
    Some(keyed.chain_update(signed).finalize())
}

/// Overwrites what a call that is over has left on the stack: HMAC mixes a key with its pads there.
#[inline(never)]
fn wipe_stack() {
    [0_u8; 4096].zeroize();
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// One or more signing secrets, any of which may have signed: the old and the new one while a secret is being replaced.
#[derive(Clone, Debug)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    /// The secrets in the order in which they are tried.
    ///
    /// One that says by its beginning, `whsec_`, that it is base64 is decoded; every other is its own bytes. For a key
    /// that begins so by chance there is [`Secret::new`].
    ///
    /// ```
    /// use headshot_verify::{Secrets, VerifyError};
    ///
    /// let secrets = Secrets::new(["the new secret", "the one it replaces"])?;
    /// let secrets = Secrets::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
    /// assert_eq!(Secrets::new([""]).unwrap_err(), VerifyError::SecretEmpty);
    /// assert_eq!(Secrets::new(["whsec_?"]).unwrap_err(), VerifyError::SecretMalformed);
    /// # Ok::<(), VerifyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`VerifyError::SecretsMissing`] when there are none, [`VerifyError::SecretEmpty`] when one is empty, and
    /// [`VerifyError::SecretMalformed`] when one begins with `whsec_` and is no base64.
    pub fn new<S: Into<Vec<u8>>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, VerifyError> {
        let keys = secrets.into_iter().map(|secret| {
            let secret = Zeroizing::new(secret.into());
            SecretForm::told_by(&secret).key(&secret)
        });
        Self::of(keys).map_err(Flaw::plain)
    }

    pub(crate) fn of(secrets: impl Iterator<Item = Result<Secret, Flaw>>) -> Result<Self, Flaw> {
        let mut all = Vec::new();
        for secret in secrets {
            all.push(secret?);
        }
        if all.is_empty() { Err(Flaw::SecretsMissing) } else { Ok(Self(all)) }
    }

    /// The place of the first secret of which this is true.
    pub(crate) fn find(&self, is_signer: impl FnMut(&Secret) -> bool) -> Option<usize> {
        self.0.iter().position(is_signer)
    }

    #[cfg(feature = "sign")]
    pub(crate) fn all(&self) -> &[Secret] {
        &self.0
    }
}

/// As [`SecretForm::read_all`], for bindings.
///
/// # Errors
///
/// The [`Flaw`] of which it makes its error.
pub fn secrets<'s>(form: SecretForm, shown: impl Iterator<Item = &'s [u8]>) -> Result<Secrets, Flaw> {
    Secrets::of(shown.map(|shown| form.key(shown)))
}

impl From<Secret> for Secrets {
    fn from(secret: Secret) -> Self {
        Self(vec![secret])
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn refuses_to_be_empty() {
        assert_eq!(Secret::new("").unwrap_err(), VerifyError::SecretEmpty);
        assert_eq!(Secrets::new(["a", ""]).unwrap_err(), VerifyError::SecretEmpty);
        assert_eq!(Secrets::new([""; 0]).unwrap_err(), VerifyError::SecretsMissing);
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let secrets = Secrets::new(["0123456789abcdef", "fedcba9876543210"]).unwrap();
        assert_eq!(format!("{secrets:?}"), "Secrets([Secret(..), Secret(..)])");
    }

    #[test]
    fn is_wiped_on_drop() {
        fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<Sha256>();
    }
}
