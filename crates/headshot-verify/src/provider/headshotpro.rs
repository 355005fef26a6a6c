//! HeadshotPro.
//!
//! Its documents describe two signature schemes and do not say which one is in use: `{timestamp}.{body}` \[001\] and the
//! body alone \[002\]. Only the first stops replays, so it alone is accepted unless told otherwise.
//!
//! Facts name the provider's page that they are from: \[000\] whitelabel API, \[001\] webhooks and integrations (team
//! lead's guide), \[002\] webhooks (API reference).

mod event;

use alloc::borrow::Cow;

pub use event::{Event, EventKind, Model, Photo, Status};

use crate::{
    DEFAULT_TOLERANCE, Encoding, Headers, Provider, Scheme, TimestampFormat, VerifyError,
    scheme::{BodyRule, HmacScheme, Means, Name, Part, SchemeName, SignatureHeader, TimestampHeader},
    words::names,
};

const NAME: &str = "headshotpro";
const TIMESTAMP_HEADER: &str = "x-headshotpro-timestamp";

const SIGNATURE_HEADER: &str = "x-headshotpro-signature";

const SIGNATURE: SignatureHeader = SignatureHeader {
    header: Cow::Borrowed(SIGNATURE_HEADER),
    prefix: Cow::Borrowed("sha256="),
    encoding: Encoding::LowerHex,
    is_list: false,
};

/// `{timestamp}.{body}` \[001\].
pub(crate) static TIMESTAMPED: Scheme = Scheme {
    provider: Name::BuiltIn(NAME),
    name: SchemeName::Timestamped,
    tolerance: DEFAULT_TOLERANCE,
    means: Means::Hmac(HmacScheme {
        signature: SIGNATURE,
        timestamp: Some(TimestampHeader {
            header: Cow::Borrowed(TIMESTAMP_HEADER),
            format: TimestampFormat::UnixSeconds,
            optional_under: Some(SchemeChoice::Auto.as_str()),
        }),
        id: None,
        signed: Cow::Borrowed(&[Part::Timestamp, Part::Literal(Cow::Borrowed(".")), Part::Body]),
        body: BodyRule::Any,
    }),
};

/// The body alone \[002\].
pub(crate) static BODY: Scheme = Scheme {
    provider: Name::BuiltIn(NAME),
    name: SchemeName::Body,
    tolerance: DEFAULT_TOLERANCE,
    means: Means::Hmac(HmacScheme {
        signature: SIGNATURE,
        timestamp: None,
        id: None,
        signed: Cow::Borrowed(&[Part::Body]),
        body: BodyRule::JsonObject,
    }),
};

/// The provider HeadshotPro, and which of its schemes to accept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadshotPro {
    /// The schemes to accept.
    pub scheme: SchemeChoice,
}

impl HeadshotPro {
    /// The headers that any of its schemes reads, in lower case.
    pub const HEADERS: [&str; 2] = [SIGNATURE_HEADER, TIMESTAMP_HEADER];

    /// HeadshotPro, with a signed timestamp in every delivery.
    #[must_use]
    pub const fn new() -> Self {
        Self { scheme: SchemeChoice::Timestamped }
    }

    /// Sets which of its schemes to accept.
    #[must_use]
    pub const fn with_scheme(self, scheme: SchemeChoice) -> Self {
        Self { scheme }
    }
}

impl Provider for HeadshotPro {
    type Event = Event;

    fn scheme<'h>(&self, headers: &impl Headers<'h>) -> &Scheme {
        match self.scheme {
            SchemeChoice::Timestamped => &TIMESTAMPED,
            SchemeChoice::Auto if headers.values(TIMESTAMP_HEADER).next().is_some() => &TIMESTAMPED,
            SchemeChoice::Auto | SchemeChoice::Body => &BODY,
        }
    }
}

names! {
    /// Which of HeadshotPro's two signature schemes to accept.
    #[derive(Default)]
    pub enum SchemeChoice {
        /// Only a signature over timestamp and body: a recorded delivery is worthless after the tolerance.
        #[default]
        Timestamped = "timestamped",
        /// With a timestamp header only a signature over both, without one over the body alone. Whoever records a
        /// delivery of the second kind can send it again at any time.
        Auto = "auto",
        /// Only a signature over the body alone; a timestamp header is not looked at. Replays are not noticed.
        Body = "body",
    }
    as_str or VerifyError::SchemeUnknown
}
