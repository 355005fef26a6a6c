use crate::{
    DeclarationError,
    codec::{self, Base64},
    error::Flaw,
    words::names,
};

/// The bytes of an HMAC-SHA256.
pub(crate) type Tag = [u8; 32];

names! {
    /// How the 32 bytes of a signature become text.
    pub enum Encoding {
        /// 64 hexadecimal characters in lower case.
        LowerHex = "hex",
        /// 44 characters of base64, with `+`, `/` and one `=` at the end (RFC 4648, 4).
        Base64 = "base64",
        /// 43 characters of url-safe base64, with `-` and `_` and no `=` (RFC 4648, 5).
        Base64Url = "base64url",
    }
    as_str or DeclarationError::EncodingUnknown
}

impl Encoding {
    /// The form of base64, if it is one.
    pub(crate) const fn base64(self) -> Option<Base64> {
        match self {
            Self::LowerHex => None,
            Self::Base64 => Some(Base64::Padded),
            Self::Base64Url => Some(Base64::UrlSafe),
        }
    }

    /// The signature that the text writes: for each signature there is exactly one text.
    pub(super) fn read(self, text: &[u8]) -> Result<Tag, Flaw> {
        let Some(base64) = self.base64() else { return read_lower_hex(text) };
        // As long as the longest text of a tag.
        let mut room = [0; 44];
        let length = base64.decode_into(text, &mut room).ok_or(Flaw::SignatureMalformed)?;
        room.get(..length).and_then(|tag| tag.try_into().ok()).ok_or(Flaw::SignatureMalformed)
    }

    /// The text that writes the signature.
    #[cfg(feature = "sign")]
    pub(crate) fn write(self, tag: &Tag) -> alloc::string::String {
        self.base64().map_or_else(|| codec::encode_hex(tag), |base64| base64.encode(tag))
    }
}

fn read_lower_hex(text: &[u8]) -> Result<Tag, Flaw> {
    let mut tag = Tag::default();
    codec::decode_hex(text, &mut tag).ok_or(Flaw::SignatureMalformed)?;
    if text.iter().any(u8::is_ascii_uppercase) { Err(Flaw::SignatureUppercase) } else { Ok(tag) }
}
