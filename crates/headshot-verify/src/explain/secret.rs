//! What the signing secret may have been before it was copied, stored and read.

use alloc::{vec, vec::Vec};

use zeroize::Zeroizing;

use super::{
    encoding,
    finding::{Mistake, Side},
    reading::{Reading, unquoted},
};
use crate::{SecretForm, Secrets};

/// How Standard Webhooks begins a secret.
const WHSEC: &[u8] = b"whsec_";

/// A secret's bytes, wiped when they are no longer needed.
type Bytes = Zeroizing<Vec<u8>>;

/// Every reading of the secrets, first as they are.
pub(super) fn readings<S: AsRef<[u8]>>(form: SecretForm, secrets: &[S]) -> Vec<Reading<Secrets>> {
    let unchanged = form.read_all(secrets).into_iter().map(Reading::unchanged);
    let others = secrets.iter().flat_map(|secret| readings_of_one(form, secret.as_ref()));
    unchanged.chain(others).collect()
}

fn readings_of_one(form: SecretForm, secret: &[u8]) -> impl Iterator<Item = Reading<Secrets>> {
    let mut readings = Vec::new();
    for peeled in peelings(secret) {
        let changed = match form {
            SecretForm::Text => transformed(&peeled),
            SecretForm::Whsec => misread(&peeled),
        };
        readings.extend(changed.into_iter().filter_map(|reading| keyed(SecretForm::Text, reading)));
        readings.extend((!peeled.mistakes.is_empty()).then(|| keyed(form, peeled)).flatten());
    }
    readings.into_iter().chain(split(form, secret))
}

fn keyed(form: SecretForm, reading: Reading<Bytes>) -> Option<Reading<Secrets>> {
    let secrets = form.read_all([reading.what.as_slice()]).ok()?;
    Some(Reading { what: secrets, mistakes: reading.mistakes })
}

/// The secret, and what is left as one thing after the other is taken off it.
fn peelings(secret: &[u8]) -> Vec<Reading<Bytes>> {
    let mut peelings = vec![Reading::unchanged(Bytes::new(secret.to_vec()))];
    while let Some((inner, mistake)) = peelings.last().and_then(|outer| peel(&outer.what)) {
        let mistakes = peelings.last().map(|outer| outer.mistakes.clone()).unwrap_or_default();
        let is_new = !mistakes.contains(&mistake);
        peelings.push(Reading { what: Bytes::new(inner), mistakes }.and(is_new.then_some(mistake)));
    }
    peelings
}

fn peel(secret: &[u8]) -> Option<(Vec<u8>, Mistake)> {
    let trimmed = secret.trim_ascii();
    if trimmed.len() < secret.len() {
        return Some((trimmed.to_vec(), Mistake::SecretWhiteSpace));
    }
    if let Some(inside) = unquoted(secret) {
        return Some((inside.to_vec(), Mistake::SecretQuoted));
    }
    let rest = secret.strip_prefix(WHSEC).or_else(|| secret.strip_prefix(b"Bearer ")).or_else(|| after_name(secret))?;
    Some((rest.to_vec(), Mistake::SecretPrefixed))
}

/// What follows `NAME=` or `NAME:`, as in a line of an env file.
fn after_name(secret: &[u8]) -> Option<&[u8]> {
    let (name, rest) = secret.split_at_checked(secret.iter().position(|letter| b"=:".contains(letter))?)?;
    let name = name.strip_prefix(b"export ").unwrap_or(name).trim_ascii();
    let is_name =
        !name.is_empty() && name.iter().all(|letter| letter.is_ascii_uppercase() || b"_0123456789".contains(letter));
    // Base64 may end in `=`, but then nothing follows.
    rest.get(1..).filter(|rest| is_name && rest.iter().any(|letter| *letter != b'='))
}

fn transformed(secret: &Reading<Bytes>) -> Vec<Reading<Bytes>> {
    let text = secret.what.as_slice();
    let lower = text.to_ascii_lowercase();
    let upper = text.to_ascii_uppercase();
    let by_sender = Side::Sender;
    let by_receiver = Side::Receiver;
    let candidates = [
        (Some(lower).filter(|lower| lower != text), Mistake::SecretLetterCase),
        (Some(upper).filter(|upper| upper != text), Mistake::SecretLetterCase),
        (encoding::decode_hex(text), Mistake::SecretHexDecoded { by: by_sender }),
        (encoding::decode_base64(text), Mistake::SecretBase64Decoded { by: by_sender }),
        (Some(encoding::hex(text).into()), Mistake::SecretHexDecoded { by: by_receiver }),
        (Some(encoding::base64(text).into()), Mistake::SecretBase64Decoded { by: by_receiver }),
        (Some([WHSEC, text].concat()), Mistake::SecretPrefixed),
    ];
    let readings = candidates.into_iter().filter_map(|(bytes, mistake)| Some((bytes?, mistake)));
    readings
        .map(|(bytes, mistake)| Reading { what: Bytes::new(bytes), mistakes: secret.mistakes.clone() }.and([mistake]))
        .collect()
}

/// The keys that mistakes with base64 lead to, where the secret is to be decoded from it.
fn misread(secret: &Reading<Bytes>) -> Vec<Reading<Bytes>> {
    let text = secret.what.as_slice();
    let bare = text.strip_prefix(WHSEC).unwrap_or(text);
    let decoded = encoding::decode_base64(bare);
    let undecoded =
        if decoded.is_some() { Mistake::SecretNotDecoded } else { Mistake::SecretBase64Decoded { by: Side::Receiver } };
    let candidates = [
        (Some(text.to_vec()), undecoded.clone()),
        (Some(bare.to_vec()), undecoded),
        (decoded, Mistake::SecretForm),
        (encoding::decode_hex(bare), Mistake::SecretHexDecoded { by: Side::Sender }),
    ];
    let readings = candidates.into_iter().filter_map(|(bytes, mistake)| Some((bytes?, mistake)));
    readings
        .map(|(bytes, mistake)| Reading { what: Bytes::new(bytes), mistakes: secret.mistakes.clone() }.and([mistake]))
        .collect()
}

/// The several secrets that were passed as one text.
fn split(form: SecretForm, secret: &[u8]) -> Option<Reading<Secrets>> {
    let is_between = |letter: &u8| letter.is_ascii_whitespace() || b",;".contains(letter);
    let parts: Vec<&[u8]> = secret.split(is_between).filter(|part| !part.is_empty()).collect();
    let secrets = (parts.len() > 1).then(|| form.read_all(&parts))?;
    Some(Reading::before(secrets.ok()?, Mistake::SecretJoined))
}
