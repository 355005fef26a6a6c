//! Bytes as text: hexadecimal, and base64 in the two forms that senders use (RFC 4648).
//!
//! For every sequence of bytes there is exactly one base64 text that is read as it. Keys are written in base64, so what
//! reads it looks up nothing by a letter.

#[cfg(feature = "sign")]
use alloc::string::String;
use alloc::{vec, vec::Vec};

#[cfg(feature = "sign")]
use base64ct::{Base64 as Standard, Base64UrlUnpadded};
use base64ct::{Base64Unpadded, Encoding};

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

    /// Puts the bytes that the text writes into `room`, which has to be as long as the text, and says how many they are.
    pub(crate) fn decode_into(self, text: &[u8], room: &mut [u8]) -> Option<usize> {
        let text = if self == Self::Padded { without_padding(text)? } else { text };
        let room = room.get_mut(..text.len())?;
        room.copy_from_slice(text);
        if self == Self::UrlSafe {
            // Two readers would be twice the bytes; what is written in this alphabet is no secret.
            for letter in room.iter_mut() {
                *letter = in_standard_alphabet(*letter);
            }
        }
        // It does not look at bits that belong to no byte, of which another text could have others.
        let is_the_one_text = ends_in_zeros(room);
        Base64Unpadded::decode_in_place(room).ok().filter(|_| is_the_one_text).map(<[u8]>::len)
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

/// The text without the `=` that fill it up, if they do.
fn without_padding(text: &[u8]) -> Option<&[u8]> {
    let fills = text.len() % 4 == 0;
    let rest = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    fills.then_some(rest)
}

/// Whether the bits of the last letter that belong to no byte are 0.
fn ends_in_zeros(text: &[u8]) -> bool {
    let letters: &[u8] = match text.len() % 4 {
        2 => b"AQgw",
        3 => b"AEIMQUYcgkosw048",
        _ => return true,
    };
    text.last().is_some_and(|last| letters.contains(last))
}

const fn in_standard_alphabet(letter: u8) -> u8 {
    match letter {
        b'-' => b'+',
        b'_' => b'/',
        b'+' | b'/' => b'=',
        other => other,
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
        assert_eq!(Base64::Padded.decode_into(b"AAAA", &mut [0; 3]), None);
        assert_eq!(Base64::Padded.decode_into(b"AAAA", &mut [0; 4]), Some(3));
    }
}
