use alloc::{boxed::Box, vec, vec::Vec};
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::VerifyError;

/// A signing secret: the key shared with a provider for one endpoint.
///
/// It is kept only as the keyed state of its MAC, at one place in memory, which is wiped on drop and never printed.
#[derive(Clone)]
pub struct Secret(Box<Hmac<Sha256>>);

impl Secret {
    /// The secret as the provider shows it, used as text: 64 hexadecimal characters are 64 bytes, not 32 \[002\].
    ///
    /// The bytes handed over are wiped.
    ///
    /// # Errors
    ///
    /// [`VerifyError::SecretEmpty`]: everybody can sign with nothing.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, VerifyError> {
        let secret = Zeroizing::new(secret.into());
        if secret.is_empty() {
            return Err(VerifyError::SecretEmpty);
        }
        // HMAC takes keys of every length, so this cannot fail once the secret is not empty.
        let keyed = Hmac::new_from_slice(&secret).map_err(|_| VerifyError::SecretEmpty)?;
        Ok(Self(Box::new(keyed)))
    }

    /// Whether `tag` is the MAC of `parts` one after the other; takes the same time wherever they differ.
    fn signed<'p>(&self, parts: impl Iterator<Item = &'p [u8]>, tag: &[u8; 32]) -> bool {
        let mut mac = Hmac::clone(&self.0);
        parts.for_each(|part| mac.update(part));
        mac.verify_slice(tag).is_ok()
    }
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
    /// ```
    /// use headshot_verify::{Secrets, VerifyError};
    ///
    /// let secrets = Secrets::new(["the new secret", "the one it replaces"])?;
    /// assert_eq!(Secrets::new([""]).unwrap_err(), VerifyError::SecretEmpty);
    /// # Ok::<(), VerifyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`VerifyError::SecretsMissing`] when there are none, [`VerifyError::SecretEmpty`] when one is empty.
    pub fn new<S: Into<Vec<u8>>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, VerifyError> {
        let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect::<Result<_, _>>()?;
        if secrets.is_empty() {
            return Err(VerifyError::SecretsMissing);
        }
        Ok(Self(secrets))
    }

    /// The place of the first secret that made `tag` over `parts`.
    pub(crate) fn find_signer<'p>(
        &self,
        parts: &(impl Iterator<Item = &'p [u8]> + Clone),
        tag: &[u8; 32],
    ) -> Option<usize> {
        self.0.iter().position(|secret| secret.signed(parts.clone(), tag))
    }
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
