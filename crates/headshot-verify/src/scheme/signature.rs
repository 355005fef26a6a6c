use alloc::borrow::Cow;

use hmac::{Hmac, digest::CtOutput};
use sha2::Sha256;

use super::encoding::{Encoding, Tag};
use crate::{
    error::{Flaw, Role},
    headers::{Sent, joined_values},
};

/// Where the signature stands and how it is written.
#[derive(Clone, Debug)]
pub(crate) struct SignatureHeader {
    pub(crate) header: Cow<'static, str>,
    pub(crate) prefix: Cow<'static, str>,
    pub(crate) encoding: Encoding,
    /// Whether there may be several signatures with single spaces between them, any of which may be right. One without
    /// the prefix is of a version that this scheme does not know, and is passed over.
    pub(crate) is_list: bool,
}

/// What a secret makes of a delivery.
type Made = CtOutput<Hmac<Sha256>>;

/// The signatures of a delivery, all of them well written; at least one.
#[derive(Clone, Copy)]
pub(super) struct Signatures<'h> {
    text: &'h [u8],
    count: usize,
    /// The last one, which nearly always is the only one.
    last: Tag,
}

impl SignatureHeader {
    pub(super) fn read<'h>(&self, sent: Sent<'h>) -> Result<Signatures<'h>, Flaw> {
        let text = sent.the_value(Role::Signature)?;
        if self.is_list && text.windows(2).any(|pair| pair == b", ") {
            return Err(Flaw::SignatureRepeated);
        }
        let mut signatures = Signatures { text, count: 0, last: Tag::default() };
        let read = self.each(text, &mut |tag| {
            signatures.count = signatures.count.saturating_add(1);
            signatures.last = *tag;
        });
        match read {
            Ok(()) if signatures.count > 0 => Ok(signatures),
            // A proxy or a runtime may have joined repeated headers; no encoding of a signature holds a comma.
            Err(Flaw::SignatureMalformed) if !self.is_list && joined_values(text) > 1 => Err(Flaw::SignatureRepeated),
            Ok(()) => Err(Flaw::SignatureMalformed),
            Err(flaw) => Err(flaw),
        }
    }

    /// Whether one of the signatures is what the secret made.
    pub(super) fn is_among(&self, made: &Made, signatures: &Signatures<'_>) -> bool {
        let is_made = |tag: &Tag| CtOutput::new((*tag).into()) == *made;
        if signatures.count == 1 {
            return is_made(&signatures.last);
        }
        let mut is_any = false;
        let read = self.each(signatures.text, &mut |tag| is_any |= is_made(tag));
        is_any && read.is_ok()
    }

    /// Shows every signature of this scheme's version that the header's value holds.
    fn each(&self, text: &[u8], see: &mut dyn FnMut(&Tag)) -> Result<(), Flaw> {
        if !self.is_list {
            let signature = text.strip_prefix(self.prefix.as_bytes()).ok_or(Flaw::SignatureMalformed)?;
            see(&self.encoding.read(signature)?);
            return Ok(());
        }
        for entry in text.split(|byte| *byte == b' ') {
            match entry.strip_prefix(self.prefix.as_bytes()) {
                Some(signature) => see(&self.encoding.read(signature)?),
                None if entry.is_empty() => return Err(Flaw::SignatureMalformed),
                None => {}
            }
        }
        Ok(())
    }
}
