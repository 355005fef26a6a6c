//! Bytes as text, read leniently.

use alloc::{string::String, vec, vec::Vec};

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use headshot_verify::Encoding;
use zeroize::Zeroizing;

use crate::mistake::{Kind, Mistakes};

/// How 32 bytes were found to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Hex {
        is_lower: bool,
    },
    Base64 {
        /// Whether its alphabet is the url-safe one, unless nothing in the text tells the two apart.
        is_url_safe: Option<bool>,
        is_padded: bool,
    },
}

/// The encodings that schemes demand.
pub(crate) const DEMANDED: [Encoding; 3] = [Encoding::LowerHex, Encoding::Base64, Encoding::Base64Url];

impl Form {
    /// Reads 32 bytes in whichever form they are written.
    pub(crate) fn read(text: &[u8]) -> Option<([u8; 32], Self)> {
        read_hex(text).or_else(|| read_base64(text))
    }

    /// What is wrong with this form where `demanded` is meant, after other mistakes.
    pub(crate) fn mistakes(self, demanded: Encoding, others: Mistakes<'_>) -> Mistakes<'_> {
        match (self, demanded) {
            (Self::Hex { is_lower: true }, Encoding::LowerHex) => others,
            (Self::Hex { is_lower: false }, Encoding::LowerHex) => others.and(Kind::SignatureLetterCase),
            (Self::Hex { .. }, _) | (_, Encoding::LowerHex) => others.and(Kind::SignatureEncoding),
            (Self::Base64 { is_url_safe, is_padded }, _) => {
                let wants_url_safe = demanded == Encoding::Base64Url;
                let is_other = is_url_safe.is_some_and(|is_url_safe| is_url_safe != wants_url_safe);
                let others = if is_other { others.and(Kind::SignatureUrlSafe) } else { others };
                if is_padded == wants_url_safe { others.and(Kind::SignaturePadding) } else { others }
            }
        }
    }
}

/// The text that writes a signature in an encoding.
pub(crate) fn written(encoding: Encoding, tag: &[u8; 32]) -> String {
    match encoding {
        Encoding::Base64 => Base64::encode_string(tag),
        Encoding::Base64Url => Base64UrlUnpadded::encode_string(tag),
        _ => base16ct::lower::encode_string(tag),
    }
}

fn read_hex(text: &[u8]) -> Option<([u8; 32], Form)> {
    let tag = decode_hex(text)?.try_into().ok()?;
    Some((tag, Form::Hex { is_lower: !text.iter().any(u8::is_ascii_uppercase) }))
}

fn read_base64(text: &[u8]) -> Option<([u8; 32], Form)> {
    let unpadded = text.strip_suffix(b"=").unwrap_or(text);
    let tag = decode_base64(unpadded)?.try_into().ok()?;
    let has_any = |letters: &[u8]| unpadded.iter().any(|letter| letters.contains(letter));
    let is_told = has_any(b"-_+/");
    Some((tag, Form::Base64 { is_url_safe: is_told.then(|| has_any(b"-_")), is_padded: unpadded.len() < text.len() }))
}

/// Decodes base64 of either alphabet, padded or not.
pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|letter| *letter != b'=').map_or(0, |last| last.saturating_add(1));
    let mut text = Zeroizing::new(text.get(..end)?.to_vec());
    for letter in text.iter_mut() {
        match letter {
            b'+' => *letter = b'-',
            b'/' => *letter = b'_',
            _ => {}
        }
    }
    let mut bytes = vec![0; text.len()];
    let length = Base64UrlUnpadded::decode(&*text, &mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

/// Decodes hexadecimal of either case.
pub(crate) fn decode_hex(text: &[u8]) -> Option<Vec<u8>> {
    base16ct::mixed::decode_vec(text).ok()
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
            let (read, found) = Form::read(written(encoding, &tag).as_bytes()).unwrap();
            assert_eq!((read, kinds(found, encoding)), (tag, Vec::new()));
        }
    }

    #[test]
    fn names_what_is_wrong_with_a_form() {
        let url_safe = Form::Base64 { is_url_safe: Some(true), is_padded: false };
        let either = Form::Base64 { is_url_safe: None, is_padded: true };
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
