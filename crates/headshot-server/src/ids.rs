//! Ids as types, so that a photo's id cannot stand where a session's is asked for.

use std::fmt;

use crate::random;

macro_rules! own_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// A new id, never given before.
            #[must_use]
            pub fn random() -> Self {
                Self(format!("{}{}", $prefix, random::hex::<16>()))
            }

            /// Reads an id; nothing but the prefix and 32 lower-case hexadecimal digits is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let digits = text.strip_prefix($prefix)?;
                let is_id = digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                is_id.then(|| Self(text.to_owned()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

own_id! {
    /// Our id of a session: `ses_` and 32 hexadecimal digits.
    SessionId, "ses_"
}

own_id! {
    /// Our id of a photo: `pho_` and 32 hexadecimal digits.
    PhotoId, "pho_"
}

own_id! {
    /// Our id of an event: `evt_` and 32 hexadecimal digits.
    EventId, "evt_"
}

own_id! {
    /// Our id of a photo that a person uploaded: `upl_` and 32 hexadecimal digits.
    UploadId, "upl_"
}

/// A provider's own id of a photo, taken as it comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProviderPhotoId(pub String);

impl ProviderPhotoId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_made() {
        let id = SessionId::random();
        assert_eq!(SessionId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn refuses_what_is_not_an_id() {
        let digits = "0123456789abcdef0123456789abcdef";
        let refused = [
            "",
            "ses_",
            digits,
            &format!("pho_{digits}"),
            &format!("ses_{digits}0"),
            &format!("ses_{}", digits.to_uppercase()),
        ];
        for text in refused {
            assert_eq!(SessionId::parse(text), None, "{text}");
        }
    }
}
