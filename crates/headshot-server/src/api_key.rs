use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::random;
use crate::secret::Secret;

/// The key that host applications send, kept so that it can be recognised but not read.
pub(crate) struct ApiKey {
    key: [u8; 32],
    tag: Vec<u8>,
}

impl ApiKey {
    pub(crate) fn new(api_key: &Secret) -> Self {
        let key = random::bytes();
        let tag = mac(&key, api_key.reveal()).finalize().into_bytes().to_vec();
        Self { key, tag }
    }

    /// Compares in constant time, whatever the lengths.
    pub(crate) fn is(&self, candidate: &str) -> bool {
        mac(&self.key, candidate).verify_slice(&self.tag).is_ok()
    }
}

fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(text.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_key_only() {
        let key = ApiKey::new(&Secret::new("the host's own key"));
        assert!(key.is("the host's own key"));
        for other in ["", "the host's own ke", "the host's own key ", "another key altogether"] {
            assert!(!key.is(other), "{other}");
        }
    }
}
