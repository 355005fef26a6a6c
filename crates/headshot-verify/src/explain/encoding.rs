//! Bytes as text, read leniently.

use alloc::{vec, vec::Vec};

use zeroize::Zeroizing;

use super::mistake::{Kind, Mistakes};
use crate::{
    Encoding,
    codec::{self, Base64},
};

/// How 32 bytes were found to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Hex {
        is_lower: bool,
    },
    Base64 {
        /// The alphabet, unless nothing in the text tells the two apart.
        alphabet: Option<Base64>,
        is_padded: bool,
    },
}

/// The encodings that schemes demand.
pub(super) const DEMANDED: [Encoding; 3] = [Encoding::LowerHex, Encoding::Base64, Encoding::Base64Url];

impl Form {
    /// Reads 32 bytes in whichever form they are written.
    pub(super) fn read(text: &[u8]) -> Option<([u8; 32], Self)> {
        read_hex(text).or_else(|| read_base64(text))
    }

    /// What is wrong with this form where `demanded` is meant, after other mistakes.
    pub(super) fn mistakes(self, demanded: Encoding, others: Mistakes<'_>) -> Mistakes<'_> {
        let wanted = demanded.base64();
        match (self, wanted) {
            (Self::Hex { is_lower: true }, None) => others,
            (Self::Hex { is_lower: false }, None) => others.and(Kind::SignatureLetterCase),
            (Self::Base64 { alphabet, is_padded }, Some(_)) => {
                let is_other = alphabet.is_some() && alphabet != wanted;
                let others = if is_other { others.and(Kind::SignatureUrlSafe) } else { others };
                if is_padded == (wanted == Some(Base64::Padded)) { others } else { others.and(Kind::SignaturePadding) }
            }
            _ => others.and(Kind::SignatureEncoding),
        }
    }
}

fn read_hex(text: &[u8]) -> Option<([u8; 32], Form)> {
    let mut tag = [0; 32];
    codec::decode_hex(text, &mut tag)?;
    Some((tag, Form::Hex { is_lower: !text.iter().any(u8::is_ascii_uppercase) }))
}

fn read_base64(text: &[u8]) -> Option<([u8; 32], Form)> {
    let unpadded = text.strip_suffix(b"=").unwrap_or(text);
    let tag = decode_base64(unpadded)?.try_into().ok()?;
    let has_any = |letters: [u8; 2]| unpadded.iter().any(|letter| letters.contains(letter));
    let alphabet = if has_any(*b"-_") {
        Some(Base64::UrlSafe)
    } else if has_any(*b"+/") {
        Some(Base64::Padded)
    } else {
        None
    };
    Some((tag, Form::Base64 { alphabet, is_padded: unpadded.len() < text.len() }))
}

/// Decodes base64 of either alphabet, padded or not.
pub(super) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|letter| *letter != b'=').map_or(0, |last| last.saturating_add(1));
    let mut text = Zeroizing::new(text.get(..end)?.to_vec());
    for letter in text.iter_mut() {
        match letter {
            b'+' => *letter = b'-',
            b'/' => *letter = b'_',
            _ => {}
        }
    }
    Base64::UrlSafe.decode(&text)
}

/// Decodes hexadecimal of either case.
pub(super) fn decode_hex(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len() / 2];
    codec::decode_hex(text, &mut bytes)?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(form: Form, demanded: Encoding) -> Vec<Kind> {
        form.mistakes(demanded, Mistakes::NONE).all().iter().map(|mistake| mistake.kind).collect()
    }

    #[test]
    fn reads_every_form_that_it_writes() {
        let tag = [0xfb; 32];
        for encoding in DEMANDED {
            let (read, found) = Form::read(encoding.write(&tag).as_bytes()).unwrap();
            assert_eq!((read, kinds(found, encoding)), (tag, Vec::new()));
        }
    }

    #[test]
    fn names_what_is_wrong_with_a_form() {
        let url_safe = Form::Base64 { alphabet: Some(Base64::UrlSafe), is_padded: false };
        let either = Form::Base64 { alphabet: None, is_padded: true };
        assert_eq!(kinds(Form::Hex { is_lower: false }, Encoding::LowerHex), [Kind::SignatureLetterCase]);
        assert_eq!(kinds(Form::Hex { is_lower: true }, Encoding::Base64), [Kind::SignatureEncoding]);
        assert_eq!(kinds(url_safe, Encoding::LowerHex), [Kind::SignatureEncoding]);
        assert_eq!(kinds(url_safe, Encoding::Base64), [Kind::SignatureUrlSafe, Kind::SignaturePadding]);
        assert_eq!(kinds(either, Encoding::Base64Url), [Kind::SignaturePadding]);
    }

    #[test]
    fn reads_nothing_but_32_bytes() {
        for text in [&b""[..], b"=", b"00", b"\xff", b"not base64 at all", &[b'0'; 62], &[b'A'; 44]] {
            assert_eq!(Form::read(text), None, "{}", text.escape_ascii());
        }
    }
}
