use std::time::Duration;

use headshot_verify::{
    DEFAULT_TOLERANCE, Delivery, Payload, Secrets, UnixSeconds, Verifier,
    provider::headshotpro::{self, HeadshotPro},
};
use js_sys::Uint8Array;

use crate::{
    headers::HeaderLines,
    javascript::{Refusal, Verified},
};

/// The verifier of one of the providers, chosen by its name.
pub(crate) enum Provider {
    HeadshotPro(Verifier<HeadshotPro>),
}

impl Provider {
    pub(crate) fn new(
        name: &str,
        secrets: Vec<String>,
        scheme: Option<String>,
        tolerance: Option<Duration>,
    ) -> Result<Self, Refusal> {
        let tolerance = tolerance.unwrap_or(DEFAULT_TOLERANCE);
        match name {
            "headshotpro" => {
                let scheme = scheme.map(|name| name.parse()).transpose()?.unwrap_or_default();
                let verifier = Verifier::new(HeadshotPro { scheme }, Secrets::new(secrets)?);
                Ok(Self::HeadshotPro(verifier.with_tolerance(tolerance)))
            }
            _ => Err(unknown()),
        }
    }

    pub(crate) fn header_names(&self) -> &'static [&'static str] {
        match self {
            Self::HeadshotPro(_) => &HeadshotPro::HEADERS,
        }
    }

    /// Checks a delivery; `body` is the same body in JavaScript's memory.
    pub(crate) fn verify(
        &self,
        delivery: &Delivery<'_, HeaderLines<'_>>,
        now: UnixSeconds,
        body: &Uint8Array,
    ) -> Result<Verified, Refusal> {
        match self {
            Self::HeadshotPro(verifier) => Ok(Verified::translated(&verifier.verify(delivery, now)?, body)),
        }
    }
}

/// The event of the provider `name` in a body that was verified before, as JSON text.
pub(crate) fn read_event(name: &str, body: &[u8]) -> Result<String, Refusal> {
    match name {
        "headshotpro" => Ok(headshotpro::Event::assume_verified(body)?.to_json()),
        _ => Err(unknown()),
    }
}

fn unknown() -> Refusal {
    Refusal::new("provider_unknown", "there is no provider of that name; known are: headshotpro")
}
