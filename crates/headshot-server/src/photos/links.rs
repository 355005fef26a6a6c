use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::ids::PhotoId;
use crate::pace::LINK_WINDOW;

/// Makes and checks the links that show a photo to whoever holds one, for an hour or two.
#[derive(Clone)]
pub(crate) struct PhotoLinks {
    base: String,
    key: [u8; 32],
}

/// A link and when it stops working.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SignedLink {
    /// The whole URL.
    pub(crate) url: String,
    /// When it stops working.
    pub(crate) expires_at: Timestamp,
}

/// Why a link does not show a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkError {
    /// We did not make it.
    Refused,
    /// We made it, and it is too old.
    Expired,
}

impl PhotoLinks {
    /// Links below `base`, signed with `key`.
    #[must_use]
    pub(crate) fn new(base: impl Into<String>, key: [u8; 32]) -> Self {
        Self { base: base.into(), key }
    }

    /// The link to a photo. It is the same for everybody during one window, so that browsers can cache it.
    #[must_use]
    pub(crate) fn link(&self, photo: &PhotoId, now: Timestamp) -> SignedLink {
        let window = i64::try_from(LINK_WINDOW.as_secs()).unwrap_or(i64::MAX);
        let expires = (now.as_second().div_euclid(window) + 2) * window;
        let signature = URL_SAFE_NO_PAD.encode(self.mac(photo.as_str(), expires).finalize().into_bytes());
        SignedLink {
            url: format!("{}/v1/photos/{photo}?expires={expires}&signature={signature}", self.base),
            expires_at: Timestamp::from_second(expires).unwrap_or(Timestamp::MAX),
        }
    }

    /// Where the host application fetches a photo with its API key.
    pub(crate) fn plain(&self, photo: &str) -> String {
        format!("{}/v1/photos/{photo}", self.base)
    }

    /// Checks a link; the signature first, so that only our own links are told that they are old.
    pub(crate) fn check(&self, photo: &str, expires: i64, signature: &str, now: Timestamp) -> Result<(), LinkError> {
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| LinkError::Refused)?;
        self.mac(photo, expires).verify_slice(&signature).map_err(|_| LinkError::Refused)?;
        if now.as_second() >= expires { Err(LinkError::Expired) } else { Ok(()) }
    }

    fn mac(&self, photo: &str, expires: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of every length");
        mac.update(format!("photo link 1\n{photo}\n{expires}").as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_767_323_045, 0);

    fn links() -> PhotoLinks {
        PhotoLinks::new("https://photos.test", [7; 32])
    }

    fn parts(link: &SignedLink) -> (i64, String) {
        let (_, query) = link.url.split_once("?expires=").unwrap();
        let (expires, signature) = query.split_once("&signature=").unwrap();
        (expires.parse().unwrap(), signature.to_owned())
    }

    #[test]
    fn a_link_is_the_same_within_its_window_and_works_for_an_hour_at_least() {
        let photo = PhotoId::random();
        let (early, late) = (links().link(&photo, NOW), links().link(&photo, NOW + LINK_WINDOW / 2));
        assert!(early == late);
        assert!(late.expires_at >= NOW + LINK_WINDOW / 2 + LINK_WINDOW);
    }

    #[test]
    fn a_link_works_until_it_expires() {
        let photo = PhotoId::random();
        let link = links().link(&photo, NOW);
        let (expires, signature) = parts(&link);
        let check = |now| links().check(photo.as_str(), expires, &signature, now);
        assert_eq!(check(NOW), Ok(()));
        assert_eq!(check(link.expires_at), Err(LinkError::Expired));
    }

    #[test]
    fn a_link_that_was_changed_is_refused() {
        let photo = PhotoId::random();
        let (expires, signature) = parts(&links().link(&photo, NOW));
        let check = |photo: &str, expires, signature: &str| links().check(photo, expires, signature, NOW);
        assert_eq!(check(PhotoId::random().as_str(), expires, &signature), Err(LinkError::Refused));
        assert_eq!(check(photo.as_str(), expires + 3600, &signature), Err(LinkError::Refused));
        assert_eq!(check(photo.as_str(), expires, &signature[1..]), Err(LinkError::Refused));
        assert_eq!(check(photo.as_str(), expires, ""), Err(LinkError::Refused));
    }
}
