use alloc::borrow::Cow;

use super::{
    Asked,
    encoding::{Encoding, Tag, Unreadable},
    the_value,
};
use crate::{Headers, VerifyError};

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

/// The signatures of a delivery, all of them well written; at least one.
#[derive(Clone, Copy)]
pub(super) struct Signatures<'s, 'h> {
    form: &'s SignatureHeader,
    text: &'h [u8],
}

impl SignatureHeader {
    pub(super) fn read<'h>(&self, headers: &impl Headers<'h>) -> Result<Signatures<'_, 'h>, VerifyError> {
        let text = the_value(headers, &self.header, Asked::Signature)?;
        // A proxy or a runtime may have joined repeated headers; no encoding of a signature holds a comma.
        let is_joined = if self.is_list { text.windows(2).any(|pair| pair == b", ") } else { text.contains(&b',') };
        if is_joined {
            return Err(VerifyError::SignatureRepeated { header: self.header.clone() });
        }
        let signatures = Signatures { form: self, text };
        if signatures.texts().next().is_none() || signatures.text.split(|byte| *byte == b' ').any(<[u8]>::is_empty) {
            return Err(VerifyError::SignatureMalformed { header: self.header.clone() });
        }
        for text in signatures.texts() {
            self.encoding.read(text).map_err(|unreadable| self.refusal(&unreadable))?;
        }
        Ok(signatures)
    }

    fn refusal(&self, unreadable: &Unreadable) -> VerifyError {
        let header = self.header.clone();
        match unreadable {
            Unreadable::Uppercase => VerifyError::SignatureUppercase { header },
            Unreadable::Malformed => VerifyError::SignatureMalformed { header },
        }
    }
}

impl<'s, 'h> Signatures<'s, 'h> {
    /// The signatures as bytes.
    pub(super) fn tags(self) -> impl Iterator<Item = Tag> + Clone + use<'s, 'h> {
        let encoding = self.form.encoding;
        self.texts().filter_map(move |text| encoding.read(text).ok())
    }

    /// The signatures as text, without their prefix.
    fn texts(self) -> impl Iterator<Item = &'h [u8]> + Clone + use<'s, 'h> {
        let Self { form, text } = self;
        let entries = text.split(move |byte| form.is_list && *byte == b' ');
        entries.filter_map(move |entry| entry.strip_prefix(form.prefix.as_bytes()))
    }
}
