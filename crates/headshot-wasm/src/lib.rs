//! `headshot-verify` for JavaScript. It only translates; what the package looks like is in `npm/index.d.ts`.

mod headers;
mod javascript;
mod provider;

use std::time::Duration;

use headshot_verify::{Delivery, MAX_BODY_BYTES, VerifyError};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    headers::HeaderLines,
    javascript::{Refusal, Verified},
    provider::Provider,
};

/// A verifier for one provider and its secrets, behind the `Verifier` of `npm/verifier.js`.
#[wasm_bindgen]
pub struct Checker {
    inner: Provider,
}

#[wasm_bindgen]
impl Checker {
    /// A checker with the provider's own defaults where an option is absent.
    ///
    /// # Errors
    ///
    /// A `VerifyError` whose code names the argument that cannot be used.
    #[wasm_bindgen(constructor)]
    pub fn new(
        provider: &str,
        secrets: Vec<String>,
        scheme: Option<String>,
        tolerance_seconds: Option<f64>,
    ) -> Result<Self, Refusal> {
        let tolerance = tolerance_seconds
            .map(Duration::try_from_secs_f64)
            .transpose()
            .map_err(|_| Refusal::new("option_invalid", "toleranceSeconds is not a number of seconds from 0 up"))?;
        Ok(Self { inner: Provider::new(provider, secrets, scheme, tolerance)? })
    }

    /// The names of the headers that a check reads, in lower case.
    #[wasm_bindgen(js_name = headerNames)]
    pub fn header_names(&self) -> Vec<String> {
        self.inner.header_names().iter().map(ToString::to_string).collect()
    }

    /// Says whether a delivery is genuine; `now` is in Unix seconds.
    ///
    /// # Errors
    ///
    /// A `VerifyError` with the code of the refusal.
    pub fn verify(&self, body: &Uint8Array, headers: &str, now: f64) -> Result<Verified, Refusal> {
        // Before it is copied: the memory of wasm never shrinks.
        if body.length() as usize > MAX_BODY_BYTES {
            return Err(VerifyError::BodyTooLarge { limit: MAX_BODY_BYTES }.into());
        }
        let bytes = body.to_vec();
        let delivery = Delivery::new(HeaderLines(headers), &bytes);
        self.inner.verify(&delivery, javascript::moment(now), body)
    }
}

/// Reads the event in a body that was verified before, as JSON text.
///
/// # Errors
///
/// A `VerifyError` with the code of the reason.
#[wasm_bindgen(js_name = readEvent)]
pub fn read_event(provider: &str, body: &[u8]) -> Result<String, Refusal> {
    provider::read_event(provider, body)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use headshot_verify::{EventError, VerifyError};

    const TYPES: &str = include_str!("../npm/index.d.ts");
    const README: &str = include_str!("../npm/README.md");

    /// The codes of mistakes that only JavaScript can make.
    const OWN_CODES: [&str; 5] =
        ["provider_unknown", "option_invalid", "body_not_raw", "headers_unreadable", "verifier_freed"];

    fn every_code() -> BTreeSet<&'static str> {
        VerifyError::CODES.iter().chain(EventError::CODES).chain(&OWN_CODES).copied().collect()
    }

    #[test]
    fn the_types_name_every_code() {
        let (_, union) = TYPES.split_once("export type ErrorCode =").unwrap();
        let (union, _) = union.split_once(';').unwrap();
        let named: BTreeSet<&str> = union.split('"').skip(1).step_by(2).collect();
        assert_eq!(named, every_code());
    }

    #[test]
    fn the_readme_explains_every_code() {
        let (_, codes) = README.split_once("## Codes").unwrap();
        let rows = codes.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
        let explained: BTreeSet<&str> = rows.map(|(code, _)| code).collect();
        assert_eq!(explained, every_code());
    }
}
