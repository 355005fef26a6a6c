use alloc::borrow::Cow;

use super::signature::SignatureHeader;
use crate::{
    Secret, TimestampFormat, UnixSeconds,
    check::{Check, Found},
    error::{Flaw, Role},
    headers::{Received, Sent, joined_values},
    json,
};

/// The longest id of a delivery that is looked at.
const MAX_ID_BYTES: usize = 256;

/// A scheme that signs parts of the delivery with HMAC-SHA256.
#[derive(Clone, Debug)]
pub(crate) struct HmacScheme {
    pub(crate) signature: SignatureHeader,
    pub(crate) timestamp: Option<TimestampHeader>,
    pub(crate) id: Option<IdHeader>,
    /// The signed bytes, one part after the other.
    pub(crate) signed: Cow<'static, [Part]>,
    pub(crate) body: BodyRule,
}

/// Where the signed timestamp stands and how it is written.
#[derive(Clone, Debug)]
pub(crate) struct TimestampHeader {
    pub(crate) header: Cow<'static, str>,
    pub(crate) format: TimestampFormat,
    /// The provider's setting that does without a timestamp, to be named when the header is absent.
    pub(crate) optional_under: Option<&'static str>,
}

/// Where the signed id of the delivery stands.
#[derive(Clone, Debug)]
pub(crate) struct IdHeader {
    pub(crate) header: Cow<'static, str>,
    /// The characters beside it in the signed bytes, which it may not hold: else two deliveries could have the same.
    pub(crate) borders: Cow<'static, str>,
}

/// One part of the signed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The timestamp's text exactly as received, never a number printed again.
    Timestamp,
    /// The id's text exactly as received.
    Id,
    /// Fixed bytes.
    Literal(Cow<'static, str>),
    /// The raw body.
    Body,
}

/// What a genuine body has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyRule {
    /// Any bytes.
    Any,
    /// A JSON object. A scheme that signs the body alone needs it: the signed bytes of a scheme with a timestamp,
    /// `<digits>.<body>`, must not pass as a body of this one.
    JsonObject,
}

impl HmacScheme {
    pub(super) fn check(&self, received: Received<'_>, body: &[u8], check: &mut Check<'_>) -> Result<Found, Flaw> {
        let signatures = self.signature.read(received.signature)?;
        let timestamp = self.timestamp.as_ref().map(|header| header.read(received.timestamp, check.now)).transpose()?;
        let id = self.id.as_ref().map(|header| header.read(received.id)).transpose()?;
        let signed = self.parts_of(timestamp.map_or(&[], |(text, _)| text), id.unwrap_or(&[]), body);
        let is_signer = |secret: &Secret| self.signature.is_among(&secret.sign(&mut signed.clone()), &signatures);
        let secret_index = check.secrets.find(is_signer).ok_or(Flaw::SignatureMismatch)?;
        let signed_at = timestamp.map(|(_, at)| at);
        signed_at.map_or(Ok(()), |at| check.distance(at))?;
        self.body.check(body)?;
        Ok(Found { signed_at, secret_index })
    }

    /// The signed bytes, one part after the other.
    pub(crate) fn parts_of<'d>(
        &'d self,
        timestamp: &'d [u8],
        id: &'d [u8],
        body: &'d [u8],
    ) -> impl Iterator<Item = &'d [u8]> + Clone {
        self.signed.iter().map(move |part| match part {
            Part::Timestamp => timestamp,
            Part::Id => id,
            Part::Literal(text) => text.as_bytes(),
            Part::Body => body,
        })
    }
}

impl TimestampHeader {
    /// The timestamp as received, and the moment that it means.
    fn read<'h>(&self, sent: Sent<'h>, now: UnixSeconds) -> Result<(&'h [u8], UnixSeconds), Flaw> {
        let text = sent.the_value(Role::Timestamp)?;
        match self.format.read(text, now) {
            Some(moment) => Ok((text, moment)),
            None if self.format.is_joined(text) => Err(Flaw::TimestampRepeated),
            None => Err(Flaw::TimestampMalformed),
        }
    }
}

impl IdHeader {
    fn read<'h>(&self, sent: Sent<'h>) -> Result<&'h [u8], Flaw> {
        let id = sent.the_value(Role::Id)?;
        // No id that we know holds a comma, so several were joined.
        if joined_values(id) > 1 {
            return Err(Flaw::IdRepeated);
        }
        if self.may_be(id) { Ok(id) } else { Err(Flaw::IdMalformed) }
    }

    /// Whether this can be an id.
    pub(crate) fn may_be(&self, id: &[u8]) -> bool {
        let is_letter =
            |byte: &u8| byte.is_ascii_graphic() && *byte != b',' && self.borders.bytes().all(|border| border != *byte);
        !id.is_empty() && id.len() <= MAX_ID_BYTES && id.iter().all(is_letter)
    }
}

impl BodyRule {
    fn check(self, body: &[u8]) -> Result<(), Flaw> {
        match self {
            Self::JsonObject if !json::begins_object(body) => Err(Flaw::BodyNotObject),
            Self::JsonObject | Self::Any => Ok(()),
        }
    }
}
