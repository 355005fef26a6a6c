use core::str::FromStr;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

use crate::DeclarationError;

/// The bytes of an HMAC-SHA256.
pub(crate) type Tag = [u8; 32];

/// How the 32 bytes of a signature become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// 64 hexadecimal characters in lower case.
    LowerHex,
    /// 44 characters of base64, with `+`, `/` and one `=` at the end (RFC 4648, 4).
    Base64,
    /// 43 characters of url-safe base64, with `-` and `_` and no `=` (RFC 4648, 5).
    Base64Url,
}

/// Why a text is no signature.
pub(super) enum Unreadable {
    /// It is hexadecimal, but in upper case.
    Uppercase,
    /// It is something else.
    Malformed,
}

impl Encoding {
    /// Its name in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LowerHex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }

    /// The signature that the text writes: for each signature there is exactly one text.
    pub(super) fn read(self, text: &[u8]) -> Result<Tag, Unreadable> {
        let mut tag = Tag::default();
        let read = match self {
            Self::LowerHex => return read_lower_hex(text),
            Self::Base64 => Base64::decode(text, &mut tag),
            Self::Base64Url => Base64UrlUnpadded::decode(text, &mut tag),
        };
        match read.map(<[u8]>::len) {
            Ok(32) => Ok(tag),
            _ => Err(Unreadable::Malformed),
        }
    }

    /// The text that writes the signature.
    #[cfg(feature = "sign")]
    pub(crate) fn write(self, tag: &Tag) -> alloc::string::String {
        match self {
            Self::LowerHex => base16ct::lower::encode_string(tag),
            Self::Base64 => Base64::encode_string(tag),
            Self::Base64Url => Base64UrlUnpadded::encode_string(tag),
        }
    }
}

fn read_lower_hex(text: &[u8]) -> Result<Tag, Unreadable> {
    let mut tag = Tag::default();
    let whole = text.len() == 64;
    if whole && base16ct::lower::decode(text, &mut tag).is_ok() {
        Ok(tag)
    } else if whole && base16ct::mixed::decode(text, &mut tag).is_ok() {
        Err(Unreadable::Uppercase)
    } else {
        Err(Unreadable::Malformed)
    }
}

impl FromStr for Encoding {
    type Err = DeclarationError;

    fn from_str(name: &str) -> Result<Self, DeclarationError> {
        let encodings = [Self::LowerHex, Self::Base64, Self::Base64Url];
        encodings.into_iter().find(|encoding| encoding.as_str() == name).ok_or(DeclarationError::EncodingUnknown)
    }
}
