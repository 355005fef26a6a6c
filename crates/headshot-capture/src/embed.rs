//! What the hand-written custom element in `npm/headshot-capture.js` calls.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use crate::browser::{self, Options};

/// A capture on the page; `free()` takes it away.
#[wasm_bindgen]
pub struct Handle {
    inner: browser::Mounted,
}

#[wasm_bindgen]
impl Handle {
    /// Goes on with another client token for the same session.
    #[wasm_bindgen(js_name = renewToken)]
    pub fn renew_token(&self, token: String) {
        self.inner.renew_token(token);
    }
}

/// Collects the photos of a session in `place`, an empty element in the shadow root of `host`, and dispatches the events
/// on `host`.
#[wasm_bindgen]
#[must_use]
pub fn mount(host: &HtmlElement, place: &HtmlElement, server: String, session: String, token: String) -> Handle {
    Handle { inner: browser::mount(host, place, Options { server, session, token }) }
}
