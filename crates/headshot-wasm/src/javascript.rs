use headshot_verify::{EventError, UnixSeconds, VerifyError};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;

// What the package's users hold in their hands is made of JavaScript's own classes.
#[wasm_bindgen(raw_module = "./result.js")]
extern "C" {
    /// The package's `VerifyError`.
    #[wasm_bindgen(js_name = VerifyError)]
    pub type Refusal;

    #[wasm_bindgen(constructor, js_class = "VerifyError")]
    pub(crate) fn new(code: &str, message: &str) -> Refusal;

    /// The package's `Verified`.
    pub type Verified;

    #[wasm_bindgen(constructor)]
    fn new(
        provider: &str,
        scheme: &str,
        signed_at: Option<f64>,
        secret_index: usize,
        covers_body: bool,
        body: &Uint8Array,
    ) -> Verified;
}

impl Verified {
    /// The same in JavaScript; `body` is what was verified, in JavaScript's memory.
    pub(crate) fn translated<E>(verified: &headshot_verify::Verified<'_, E>, body: &Uint8Array) -> Self {
        Self::new(
            verified.provider(),
            verified.scheme(),
            verified.signed_at().map(number),
            verified.secret_index(),
            verified.covers_body(),
            body,
        )
    }
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        Self::new(error.code(), &error.to_string())
    }
}

impl From<EventError> for Refusal {
    fn from(error: EventError) -> Self {
        Self::new(error.code(), &error.to_string())
    }
}

/// JavaScript's number of Unix seconds as a moment: fractions are cut off, and what is no moment becomes an end of time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and NaN becomes 0")]
pub(crate) fn moment(seconds: f64) -> UnixSeconds {
    UnixSeconds::new(seconds as u64)
}

#[expect(clippy::cast_precision_loss, reason = "a timestamp that was accepted has at most 11 digits")]
fn number(moment: UnixSeconds) -> f64 {
    moment.get() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_javascript_become_moments() {
        let cases = [(1_767_323_045.999, 1_767_323_045), (-1.0, 0), (f64::NAN, 0), (f64::INFINITY, u64::MAX)];
        for (seconds, moment_seconds) in cases {
            assert_eq!(moment(seconds), UnixSeconds::new(moment_seconds));
        }
    }
}
