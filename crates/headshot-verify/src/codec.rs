//! Bytes as text: hexadecimal, and base64 in the two forms that senders use (RFC 4648).
//!
//! For every sequence of bytes there is exactly one base64 text that is read as it. Keys are written in base64, so the
//! time that reading it takes depends on no letter, only on how many there are.

#[cfg(any(feature = "explain", feature = "sign"))]
use alloc::string::String;
use alloc::{vec, vec::Vec};

/// One of base64's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base64 {
    /// With `+` and `/`, filled up with `=` to a multiple of four letters.
    Padded,
    /// With `-` and `_`, never filled up.
    UrlSafe,
}

impl Base64 {
    /// The letters for 62 and 63.
    const fn last_letters(self) -> [u8; 2] {
        match self {
            Self::Padded => *b"+/",
            Self::UrlSafe => *b"-_",
        }
    }

    /// The bytes that the text writes.
    pub(crate) fn decode(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = vec![0; text.len()];
        let length = self.decode_into(text, &mut bytes)?;
        bytes.truncate(length);
        Some(bytes)
    }

    /// Puts the bytes that the text writes into `bytes`, and says how many they are if there is room for them.
    pub(crate) fn decode_into(self, text: &[u8], bytes: &mut [u8]) -> Option<usize> {
        let letters = match self {
            Self::Padded if !text.len().is_multiple_of(4) => return None,
            Self::Padded => text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text),
            Self::UrlSafe => text,
        };
        let (mut bits, mut count, mut length, mut wrong) = (0_u32, 0_u32, 0_usize, 0);
        for letter in letters {
            let six = self.six_bits(*letter);
            wrong |= six;
            bits = (bits << 6) | (six.unsigned_abs() & 63);
            count = count.wrapping_add(6);
            if count >= 8 {
                count = count.wrapping_sub(8);
                let [_, _, _, byte] = (bits >> count).to_be_bytes();
                *bytes.get_mut(length)? = byte;
                length = length.wrapping_add(1);
            }
        }
        // What is left over has to be zero and less than a letter, or several texts would write the same.
        let rest = bits & (1_u32 << count).wrapping_sub(1);
        (wrong >= 0 && rest == 0 && count < 6).then_some(length)
    }

    /// What a letter writes; less than 0 if it is none of the alphabet.
    fn six_bits(self, letter: u8) -> i32 {
        let [plus, slash] = self.last_letters();
        let ranges = [(b'A', b'Z', 0), (b'a', b'z', 26), (b'0', b'9', 52), (plus, plus, 62), (slash, slash, 63)];
        ranges.into_iter().fold(-1, |found, (first, last, value)| {
            let place = i32::from(letter).wrapping_sub(i32::from(first));
            let to_last = i32::from(last).wrapping_sub(i32::from(letter));
            // All bits if neither is less than 0.
            let is_within = !(place | to_last) >> 31;
            (found & !is_within) | (place.wrapping_add(value) & is_within)
        })
    }

    /// The text that writes the bytes.
    #[cfg(any(feature = "explain", feature = "sign"))]
    pub(crate) fn encode(self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for group in bytes.chunks(3) {
            let byte = |place| group.get(place).copied().unwrap_or_default();
            let bits = u32::from_be_bytes([0, byte(0), byte(1), byte(2)]);
            for shift in [18_u32, 12, 6, 0].into_iter().take(group.len().saturating_add(1)) {
                text.push(self.letter((bits >> shift) & 63));
            }
        }
        while self == Self::Padded && !text.len().is_multiple_of(4) {
            text.push('=');
        }
        text
    }

    /// The letter that writes six bits.
    #[cfg(any(feature = "explain", feature = "sign"))]
    fn letter(self, six: u32) -> char {
        let [plus, slash] = self.last_letters();
        let (first, place) = match six {
            0..26 => (b'A', six),
            26..52 => (b'a', six.wrapping_sub(26)),
            52..62 => (b'0', six.wrapping_sub(52)),
            62 => (plus, 0),
            _ => (slash, 0),
        };
        char::from_u32(u32::from(first).wrapping_add(place)).unwrap_or_default()
    }
}

/// Puts the bytes that hexadecimal of either case writes into `bytes`, which has to be half as long as the text.
pub(crate) fn decode_hex(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    let mut wrong = text.len() ^ bytes.len().saturating_mul(2);
    for (pair, byte) in text.chunks_exact(2).zip(bytes) {
        let digits = pair.iter().map(|letter| four_bits(*letter));
        let value = digits.fold(0, |high, low| (high << 4) | low);
        wrong |= usize::from(value > 255);
        let [_, _, _, low] = value.to_be_bytes();
        *byte = low;
    }
    (wrong == 0).then_some(())
}

/// What a hexadecimal digit writes, of either case; more than 4 bits can write if it is none.
fn four_bits(letter: u8) -> u32 {
    let (digit, other) = (letter.wrapping_sub(b'0'), (letter | 0x20).wrapping_sub(b'a'));
    match (digit, other) {
        (0..10, _) => u32::from(digit),
        (_, 0..6) => u32::from(other).wrapping_add(10),
        _ => 0x1000,
    }
}

/// The bytes in hexadecimal in lower case.
#[cfg(any(feature = "explain", feature = "sign"))]
pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
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
    #[cfg(any(feature = "explain", feature = "sign"))]
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
