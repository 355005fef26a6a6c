use alloc::borrow::Cow;
use core::time::Duration;

use super::{Asked, signature::SignatureHeader, the_value};
use crate::{Delivery, Headers, Secrets, TimestampFormat, UnixSeconds, VerifyError, json, time, verified::Found};

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
    pub(super) fn check<'h>(
        &self,
        delivery: &Delivery<'_, impl Headers<'h>>,
        secrets: &Secrets,
        now: UnixSeconds,
        tolerance: Duration,
    ) -> Result<Found, VerifyError> {
        let Delivery { headers, body } = delivery;
        let signatures = self.signature.read(headers)?;
        let timestamp = self.timestamp.as_ref().map(|timestamp| timestamp.read(headers, now)).transpose()?;
        let id = self.id.as_ref().map(|id| id.read(headers)).transpose()?;
        let signed = self.parts_of(timestamp.map_or(&[], |(text, _)| text), id.unwrap_or(&[]), body);
        let secret_index = secrets.find_signer(&signed, &signatures.tags()).ok_or(VerifyError::SignatureMismatch)?;
        let signed_at = timestamp.map(|(_, at)| at);
        signed_at.map_or(Ok(()), |at| time::check_distance(at, now, tolerance))?;
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
    fn read<'h>(&self, headers: &impl Headers<'h>, now: UnixSeconds) -> Result<(&'h [u8], UnixSeconds), VerifyError> {
        let asked = Asked::Timestamp { accepted_by: self.optional_under };
        let text = the_value(headers, &self.header, asked)?;
        if self.format.is_joined(text) {
            return Err(asked.repeated(self.header.clone()));
        }
        let moment = self.format.read(text, now).ok_or_else(|| asked.malformed(self.header.clone()))?;
        Ok((text, moment))
    }
}

impl IdHeader {
    fn read<'h>(&self, headers: &impl Headers<'h>) -> Result<&'h [u8], VerifyError> {
        let id = the_value(headers, &self.header, Asked::Id)?;
        // No id that we know holds a comma, so several were joined.
        if id.contains(&b',') {
            return Err(Asked::Id.repeated(self.header.clone()));
        }
        if self.may_be(id) { Ok(id) } else { Err(Asked::Id.malformed(self.header.clone())) }
    }

    /// Whether this can be an id.
    pub(crate) fn may_be(&self, id: &[u8]) -> bool {
        let is_letter = |byte: &u8| byte.is_ascii_graphic() && *byte != b',' && !self.borders.as_bytes().contains(byte);
        !id.is_empty() && id.len() <= MAX_ID_BYTES && id.iter().all(is_letter)
    }
}

impl BodyRule {
    fn check(self, body: &[u8]) -> Result<(), VerifyError> {
        match self {
            Self::JsonObject if !json::begins_object(body) => Err(VerifyError::BodyNotObject),
            Self::JsonObject | Self::Any => Ok(()),
        }
    }
}
