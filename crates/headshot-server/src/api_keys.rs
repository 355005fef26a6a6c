use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::HostKey;
use crate::random;

/// The keys that host applications send, kept so that they can be recognised but not read.
pub(crate) struct ApiKeys {
    key: [u8; 32],
    holders: Vec<(String, Vec<u8>)>,
}

impl ApiKeys {
    pub(crate) fn new(keys: &[HostKey]) -> Self {
        let key = random::bytes();
        let tag = |held: &HostKey| mac(&key, held.key.reveal()).finalize().into_bytes().to_vec();
        Self { key, holders: keys.iter().map(|held| (held.name.clone(), tag(held))).collect() }
    }

    /// Whose key it is. All are compared, each in constant time, whatever the lengths.
    pub(crate) fn holder(&self, candidate: &str) -> Option<&str> {
        let mac = mac(&self.key, candidate);
        let is_holder = |tag: &[u8]| mac.clone().verify_slice(tag).is_ok();
        self.holders.iter().fold(None, |found, (name, tag)| if is_holder(tag) { Some(name.as_str()) } else { found })
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
    use crate::secret::Secret;

    #[test]
    fn knows_whose_key_it_is_and_no_other_key() {
        let held = |name: &str, key: &str| HostKey { name: name.into(), key: Secret::new(key) };
        let keys = ApiKeys::new(&[held("shop", "the host's own key"), held("admin", "the other host's key")]);
        assert_eq!(keys.holder("the host's own key"), Some("shop"));
        assert_eq!(keys.holder("the other host's key"), Some("admin"));
        for other in ["", "the host's own ke", "the host's own key ", "another key altogether", "shop"] {
            assert_eq!(keys.holder(other), None, "{other}");
        }
    }
}
