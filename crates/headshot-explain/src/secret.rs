//! What the signing secret may have been before it was copied, stored and read.

use alloc::vec::Vec;

use base64ct::{Base64, Encoding as _};
use headshot_verify::{SecretForm, Secrets, binding};
use zeroize::Zeroizing;

use crate::{
    encoding,
    mistake::{Kind, Mistakes},
    reading::{MARK, unquoted},
};

/// How Standard Webhooks begins a secret.
const WHSEC: &[u8] = b"whsec_";

/// What some of its senders put before that.
const VERSION: &[u8] = b"v1,";

/// Secrets as they may have been.
pub(crate) struct Reading {
    pub(crate) secrets: Secrets,
    pub(crate) mistakes: Mistakes<'static>,
}

/// Every reading of the secrets, first as they are.
pub(crate) fn readings(form: SecretForm, secrets: &[&[u8]]) -> Vec<Reading> {
    let mut readings = Readings(Vec::new());
    readings.add(form, secrets, Mistakes::NONE);
    for secret in secrets {
        readings.peel(form, secret, Mistakes::NONE);
        if let Some(text) = without_zeros(secret).map(Zeroizing::new) {
            readings.peel(form, &text, Mistakes::NONE.and(Kind::SecretRecoded));
        }
        readings.split(form, secret);
    }
    readings.0
}

struct Readings(Vec<Reading>);

impl Readings {
    /// Adds these secrets, if they are some of this form.
    fn add(&mut self, form: SecretForm, secrets: &[&[u8]], mistakes: Mistakes<'static>) {
        if let Ok(secrets) = binding::secrets(form, secrets.iter().copied()) {
            self.0.push(Reading { secrets, mistakes });
        }
    }

    /// Adds the keys that the secret may stand for, as one thing after the other is taken off it.
    fn peel(&mut self, form: SecretForm, secret: &[u8], mut mistakes: Mistakes<'static>) {
        let mut rest = secret;
        loop {
            match form {
                SecretForm::Whsec => self.misread(rest, mistakes),
                _ => self.transform(rest, mistakes),
            }
            if mistakes.count() > 0 {
                self.add(form, &[rest], mistakes);
            }
            let Some((inner, kind)) = peeled(rest) else { return };
            rest = inner;
            if mistakes.all().iter().all(|mistake| mistake.kind != kind) {
                mistakes = mistakes.and(kind);
            }
        }
    }

    /// The keys that a text leads to which is not used as it is.
    fn transform(&mut self, text: &[u8], mistakes: Mistakes<'static>) {
        let mut key = |bytes: Option<Vec<u8>>, kind: Kind| self.add_key(bytes, mistakes.and(kind));
        let in_case = |changed: Vec<u8>| Some(changed).filter(|changed| changed != text);
        key(in_case(text.to_ascii_lowercase()), Kind::SecretLetterCase);
        key(in_case(text.to_ascii_uppercase()), Kind::SecretLetterCase);
        key(encoding::decode_hex(text), Kind::SecretHexDecoded);
        key(encoding::decode_base64(text), Kind::SecretBase64Decoded);
        key(Some(base16ct::lower::encode_string(text).into()), Kind::SecretHexDecodedByReceiver);
        key(Some(Base64::encode_string(text).into()), Kind::SecretBase64DecodedByReceiver);
        key(Some([WHSEC, text].concat()), Kind::SecretPrefixed);
    }

    /// The keys that mistakes with base64 lead to, where the secret is to be decoded from it.
    fn misread(&mut self, text: &[u8], mistakes: Mistakes<'static>) {
        let bare = text.strip_prefix(VERSION).unwrap_or(text);
        let bare = bare.strip_prefix(WHSEC).unwrap_or(bare);
        let decoded = encoding::decode_base64(bare);
        let undecoded = if decoded.is_some() { Kind::SecretNotDecoded } else { Kind::SecretBase64DecodedByReceiver };
        let mut key = |bytes: Option<Vec<u8>>, kind: Kind| self.add_key(bytes, mistakes.and(kind));
        key(Some(text.to_vec()), undecoded);
        key(Some(bare.to_vec()), undecoded);
        key(decoded, Kind::SecretForm);
        key(encoding::decode_hex(bare), Kind::SecretHexDecoded);
    }

    /// Adds a key itself, and wipes it.
    fn add_key(&mut self, bytes: Option<Vec<u8>>, mistakes: Mistakes<'static>) {
        if let Some(bytes) = bytes.map(Zeroizing::new) {
            self.add(SecretForm::Text, &[&bytes], mistakes);
        }
    }

    /// The several secrets that were passed as one text.
    fn split(&mut self, form: SecretForm, secret: &[u8]) {
        let parts = secret.split(|letter| letter.is_ascii_whitespace() || matches!(letter, b',' | b';' | b'|'));
        let parts: Vec<&[u8]> = parts.filter(|part| !part.is_empty() && *part != b"v1").collect();
        if parts.len() > 1 {
            self.add(form, &parts, Mistakes::NONE.and(Kind::SecretJoined));
        }
    }
}

/// The secret without the outermost thing that does not belong to it.
fn peeled(secret: &[u8]) -> Option<(&[u8], Kind)> {
    let trimmed = secret.trim_ascii();
    if trimmed.len() < secret.len() {
        return Some((trimmed, Kind::SecretWhiteSpace));
    }
    if let Some(inside) = unquoted(secret) {
        return Some((inside, Kind::SecretQuoted));
    }
    if let Some(text) = secret.strip_prefix(MARK) {
        return Some((text, Kind::SecretRecoded));
    }
    let rest = [VERSION, WHSEC, b"Bearer "].iter().find_map(|prefix| secret.strip_prefix(*prefix));
    rest.or_else(|| after_name(secret)).map(|rest| (rest, Kind::SecretPrefixed))
}

/// The letters of a secret in UTF-16, which are ASCII: every other byte is 0, and before them there may be a mark.
fn without_zeros(secret: &[u8]) -> Option<Vec<u8>> {
    let bytes = secret.strip_prefix(b"\xff\xfe").or_else(|| secret.strip_prefix(b"\xfe\xff")).unwrap_or(secret);
    let letters: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    // Whoever took a line's end off the bytes took half a letter.
    let are_halves = letters.len().abs_diff(bytes.len().saturating_sub(letters.len())) <= 1;
    (are_halves && !letters.is_empty() && letters.is_ascii()).then_some(letters)
}

/// What follows `NAME=` or `NAME:`, as in a line of an env file.
fn after_name(secret: &[u8]) -> Option<&[u8]> {
    let (name, rest) = secret.split_at_checked(secret.iter().position(|letter| matches!(letter, b'=' | b':'))?)?;
    let name = name.strip_prefix(b"export ").unwrap_or(name).trim_ascii();
    let is_name = !name.is_empty() && name.iter().all(|letter| matches!(letter, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
    // Base64 may end in `=`, but then nothing follows.
    rest.get(1..).filter(|rest| is_name && rest.iter().any(|letter| *letter != b'='))
}
