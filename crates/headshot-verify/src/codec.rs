//! Bytes as text: hexadecimal, and base64 in the two forms that senders use (RFC 4648).
//!
//! For every sequence of bytes there is exactly one base64 text that is read as it. Keys are written in base64, so what
//! reads it looks up nothing by a letter.

#[cfg(feature = "sign")]
use alloc::string::String;
use alloc::{vec, vec::Vec};

use base64ct::{Base64 as Standard, Base64UrlUnpadded, Encoding};

/// One of base64's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base64 {
    /// With `+` and `/`, filled up with `=` to a multiple of four letters.
    Padded,
    /// With `-` and `_`, never filled up.
    UrlSafe,
}

impl Base64 {
    /// The bytes that the text writes.
    pub(crate) fn decode(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = vec![0; text.len()];
        let length = self.decode_into(text, &mut bytes)?;
        bytes.truncate(length);
        Some(bytes)
    }

    /// Puts the bytes that the text writes into `bytes`, and says how many they are if there is room for them.
    pub(crate) fn decode_into(self, text: &[u8], bytes: &mut [u8]) -> Option<usize> {
        let decoded = match self {
            Self::Padded => Standard::decode(text, bytes),
            Self::UrlSafe => Base64UrlUnpadded::decode(text, bytes),
        };
        decoded.ok().map(<[u8]>::len)
    }

    /// The text that writes the bytes.
    #[cfg(feature = "sign")]
    pub(crate) fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Padded => Standard::encode_string(bytes),
            Self::UrlSafe => Base64UrlUnpadded::encode_string(bytes),
        }
    }
}

/// Puts the bytes that hexadecimal of either case writes into `bytes`, which has to be half as long as the text.
pub(crate) fn decode_hex(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    let room = bytes.len();
    base16ct::mixed::decode(text, bytes).ok().filter(|decoded| decoded.len() == room).map(|_| ())
}

/// The bytes in hexadecimal in lower case.
#[cfg(feature = "sign")]
pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reads_as_base64_what_another_reader_does(text in "[AQgw/+_=0-]{0,9}|[ -~]{0,9}|\\PC{0,9}") {
            let text = text.as_bytes();
            prop_assert_eq!(Base64::Padded.decode(text), BASE64_STANDARD.decode(text).ok());
            prop_assert_eq!(Base64::UrlSafe.decode(text), BASE64_URL_SAFE_NO_PAD.decode(text).ok());
        }

        #[test]
        fn reads_as_hexadecimal_what_another_reader_does(text in "[0-9a-fA-F]{0,8}|[/-:@-G`-g]{0,4}") {
            let mut bytes = [0; 4];
            let bytes = bytes.get_mut(..text.len() / 2).unwrap();
            let other = base16ct::mixed::decode_vec(&text).ok();
            prop_assert_eq!(decode_hex(text.as_bytes(), bytes).map(|()| bytes.to_vec()), other);
        }
    }

    #[test]
    #[cfg(feature = "sign")]
    fn writes_what_another_writer_does() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in 0..bytes.len() {
            let bytes = &bytes[length..];
            assert_eq!(Base64::Padded.encode(bytes), BASE64_STANDARD.encode(bytes));
            assert_eq!(Base64::UrlSafe.encode(bytes), BASE64_URL_SAFE_NO_PAD.encode(bytes));
            assert_eq!(encode_hex(bytes), base16ct::lower::encode_string(bytes));
        }
    }

    #[test]
    fn says_when_there_is_no_room() {
        assert_eq!(Base64::Padded.decode_into(b"AAAA", &mut [0; 2]), None);
        assert_eq!(Base64::Padded.decode_into(b"AAAA", &mut [0; 4]), Some(3));
    }
}
