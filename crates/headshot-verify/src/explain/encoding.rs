//! Bytes as text, read leniently.

use alloc::{string::String, vec, vec::Vec};

use super::finding::Mistake;
pub(super) use crate::codec::encode_hex as hex;
use crate::codec::{self, Base64};

/// How 32 bytes were found to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Hex { is_lower: bool },
    Base64 { alphabet: Alphabet, is_padded: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    Standard,
    UrlSafe,
    /// Nothing in the text tells the two apart.
    Either,
}

/// The forms that schemes demand.
pub(super) const DEMANDED: [Form; 3] = [
    Form::Hex { is_lower: true },
    Form::Base64 { alphabet: Alphabet::Standard, is_padded: true },
    Form::Base64 { alphabet: Alphabet::UrlSafe, is_padded: false },
];

impl Form {
    /// Reads 32 bytes in whichever form they are written.
    pub(super) fn read(text: &[u8]) -> Option<([u8; 32], Self)> {
        read_hex(text).or_else(|| read_base64(text))
    }

    /// Writes 32 bytes.
    pub(super) fn write(self, tag: &[u8; 32]) -> String {
        match self {
            Self::Hex { .. } => hex(tag),
            Self::Base64 { is_padded: true, .. } => base64(tag),
            Self::Base64 { is_padded: false, .. } => Base64::UrlSafe.encode(tag),
        }
    }

    /// What is wrong with this form where `demanded` is meant.
    pub(super) fn mistakes(self, demanded: Self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        match (self, demanded) {
            (Self::Hex { is_lower }, Self::Hex { .. }) if !is_lower => mistakes.push(Mistake::SignatureLetterCase),
            (Self::Hex { .. }, Self::Hex { .. }) => {}
            (Self::Base64 { alphabet, is_padded }, Self::Base64 { alphabet: other, is_padded: pads }) => {
                if alphabet != other && alphabet != Alphabet::Either {
                    mistakes.push(Mistake::SignatureUrlSafe);
                }
                if is_padded != pads {
                    mistakes.push(Mistake::SignaturePadding);
                }
            }
            _ => mistakes.push(Mistake::SignatureEncoding),
        }
        mistakes
    }
}

fn read_hex(text: &[u8]) -> Option<([u8; 32], Form)> {
    let mut tag = [0; 32];
    codec::decode_hex(text, &mut tag)?;
    Some((tag, Form::Hex { is_lower: !text.iter().any(u8::is_ascii_uppercase) }))
}

fn read_base64(text: &[u8]) -> Option<([u8; 32], Form)> {
    let unpadded = text.strip_suffix(b"=").unwrap_or(text);
    let bytes = decode_base64(unpadded)?;
    let alphabet = match unpadded {
        text if text.iter().any(|letter| b"-_".contains(letter)) => Alphabet::UrlSafe,
        text if text.iter().any(|letter| b"+/".contains(letter)) => Alphabet::Standard,
        _ => Alphabet::Either,
    };
    let is_padded = unpadded.len() < text.len();
    Some((bytes.try_into().ok()?, Form::Base64 { alphabet, is_padded }))
}

/// Decodes base64 of either alphabet, padded or not.
pub(super) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(text).ok()?.trim_end_matches('=');
    Base64::UrlSafe.decode(text.replace('+', "-").replace('/', "_").as_bytes())
}

/// Decodes hexadecimal of either case.
pub(super) fn decode_hex(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len() / 2];
    codec::decode_hex(text, &mut bytes)?;
    Some(bytes)
}

pub(super) fn base64(bytes: &[u8]) -> String {
    Base64::Padded.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_that_it_writes() {
        let tag = [0xfb; 32];
        for form in DEMANDED {
            let (read, found) = Form::read(form.write(&tag).as_bytes()).unwrap();
            assert_eq!((read, found.mistakes(form)), (tag, Vec::new()));
        }
    }

    #[test]
    fn names_what_is_wrong_with_a_form() {
        let [hex, standard, url_safe] = DEMANDED;
        assert_eq!(Form::Hex { is_lower: false }.mistakes(hex), [Mistake::SignatureLetterCase]);
        assert_eq!(hex.mistakes(standard), [Mistake::SignatureEncoding]);
        assert_eq!(url_safe.mistakes(standard), [Mistake::SignatureUrlSafe, Mistake::SignaturePadding]);
    }

    #[test]
    fn reads_nothing_but_32_bytes() {
        for text in [&b""[..], b"=", b"00", b"\xff", b"not base64 at all", &[b'0'; 62], &[b'A'; 44]] {
            assert_eq!(Form::read(text), None, "{}", text.escape_ascii());
        }
    }
}
