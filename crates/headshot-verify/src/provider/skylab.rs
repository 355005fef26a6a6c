//! Skylab Studio, also called Skylab Enhance.
//!
//! It signs `{date}:{body}`, where the date is the text of the timestamp's header exactly as it was sent \[004\].
//!
//! It sends over two channels: each job's own callback, by `PATCH`, which is signed; and the account's webhooks, by
//! `POST`, of which no document says whether they are signed \[004\]. A `POST` without both headers gets
//! `signature_missing`: treat it as a hint that anybody could have sent, and read the job from the API.
//!
//! Facts name the provider's page that they are from: \[004\] webhooks; \[k-openapi\] its Swagger file.

mod event;
mod job;
#[cfg(feature = "xml")]
mod xml;

use alloc::borrow::Cow;

pub use event::{Event, EventKind};
pub use job::{Job, State};

use crate::{
    DEFAULT_TOLERANCE, Encoding, Headers, Provider, Scheme, TimestampFormat,
    scheme::{BodyRule, HmacScheme, Means, Name, Part, SchemeName, SignatureHeader, TimestampHeader},
};

const SIGNATURE_HEADER: &str = "x-skylab-signature";
const TIMESTAMP_HEADER: &str = "x-skylab-timestamp";

/// `{date}:{body}` \[004\].
pub(crate) static SCHEME: Scheme = Scheme {
    provider: Name::BuiltIn("skylab"),
    name: SchemeName::Dated,
    tolerance: DEFAULT_TOLERANCE,
    means: Means::Hmac(HmacScheme {
        signature: SignatureHeader {
            header: Cow::Borrowed(SIGNATURE_HEADER),
            prefix: Cow::Borrowed(""),
            encoding: Encoding::Base64,
            is_list: false,
        },
        timestamp: Some(TimestampHeader {
            header: Cow::Borrowed(TIMESTAMP_HEADER),
            format: TimestampFormat::HttpDate,
            optional_under: None,
        }),
        id: None,
        signed: Cow::Borrowed(&[Part::Timestamp, Part::Literal(Cow::Borrowed(":")), Part::Body]),
        body: BodyRule::Any,
    }),
};

/// The provider Skylab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skylab;

impl Skylab {
    /// The headers that it reads, in lower case.
    pub const HEADERS: [&str; 2] = [SIGNATURE_HEADER, TIMESTAMP_HEADER];

    /// Skylab.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Provider for Skylab {
    type Event = Event;

    fn scheme<'h>(&self, _headers: &impl Headers<'h>) -> &Scheme {
        &SCHEME
    }
}
