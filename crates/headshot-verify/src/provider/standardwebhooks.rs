//! Standard Webhooks, the form in which many services sign their deliveries, and our own server the events that it
//! sends.
//!
//! Facts are from the specification of the Standard Webhooks project: the signature covers `{id}.{timestamp}.{body}`,
//! and a `webhook-signature` may hold several signatures, for the time in which one secret replaces another.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use crate::{
    DEFAULT_TOLERANCE, Encoding, EventError, Fields, Headers, Neutral, NeutralKind, Payload, Provider, References,
    Scheme, SecretForm, TimestampFormat, Value,
    json::{self, Object},
    scheme::{BodyRule, HmacScheme, IdHeader, Means, Name, Part, SchemeName, SignatureHeader, TimestampHeader},
    shape::shape,
};

const SIGNATURE_HEADER: &str = "webhook-signature";
const TIMESTAMP_HEADER: &str = "webhook-timestamp";
const ID_HEADER: &str = "webhook-id";

const DOT: Part = Part::Literal(Cow::Borrowed("."));

/// `{id}.{timestamp}.{body}`, and among the signatures those of version 1.
pub(crate) static SCHEME: Scheme = Scheme {
    provider: Name::BuiltIn("standardwebhooks"),
    name: SchemeName::V1,
    tolerance: DEFAULT_TOLERANCE,
    means: Means::Hmac(HmacScheme {
        signature: SignatureHeader {
            header: Cow::Borrowed(SIGNATURE_HEADER),
            prefix: Cow::Borrowed("v1,"),
            encoding: Encoding::Base64,
            is_list: true,
        },
        timestamp: Some(TimestampHeader {
            header: Cow::Borrowed(TIMESTAMP_HEADER),
            format: TimestampFormat::UnixSeconds,
            optional_under: None,
        }),
        id: Some(IdHeader { header: Cow::Borrowed(ID_HEADER), borders: Cow::Borrowed(".") }),
        signed: Cow::Borrowed(&[Part::Id, DOT, Part::Timestamp, DOT, Part::Body]),
        body: BodyRule::Any,
    }),
};

/// A sender that follows Standard Webhooks.
///
/// The id in `webhook-id` is signed and the same in every attempt of a delivery: it is the thing to remember a delivery
/// by. The header that was checked is the only one of that name, so read it from the headers as usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandardWebhooks;

impl StandardWebhooks {
    /// The headers that it reads, in lower case.
    pub const HEADERS: [&str; 3] = [SIGNATURE_HEADER, TIMESTAMP_HEADER, ID_HEADER];

    /// A sender that follows Standard Webhooks.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Provider for StandardWebhooks {
    type Event = Event;

    fn scheme<'h>(&self, _headers: &impl Headers<'h>) -> &Scheme {
        &SCHEME
    }

    fn secret_form(&self) -> SecretForm {
        SecretForm::Whsec
    }
}

/// What the specification recommends for a payload. A field of an unexpected type is kept in `other`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Event {
    /// What happened, in words with dots between them.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: Option<String>,
    /// When it happened, RFC 3339.
    pub timestamp: Option<String>,
    /// What it happened to.
    pub data: Fields,
    /// Every other field.
    pub other: Fields,
}

shape! {
    Event(data: Fields) {
        optional_text kind = "type";
        optional_text timestamp = "timestamp";
    }
}

impl Payload for Event {
    fn assume_verified(body: &[u8]) -> Result<Self, EventError> {
        let mut fields = json::object(body)?;
        let data = fields.take("data", |value| Object::of(value).map(Object::into_fields)).unwrap_or_default();
        Ok(Self::from_fields(fields, data))
    }

    /// The words of other services are their own; of a session only our own server speaks.
    fn neutral(&self) -> Neutral {
        let session = self.data.get("session").and_then(Value::text);
        Neutral::of(NeutralKind::Other, References::of(session, None, None))
    }

    fn references(body: &[u8]) -> References {
        let [session] = json::sought(body, ["/data/session"]);
        References::of(session, None, None)
    }
}

// What it happened to stays out of logs.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("kind", &self.kind).finish_non_exhaustive()
    }
}
