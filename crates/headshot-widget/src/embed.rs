//! What the hand-written custom element in `npm/headshot-embed.js` calls.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use crate::browser::{self, Options};

/// A widget on the page; `free()` takes it away.
#[wasm_bindgen]
pub struct Mounted {
    inner: browser::Mounted,
}

#[wasm_bindgen]
impl Mounted {
    /// Goes on with another client token for the same session, without touching the frame.
    #[wasm_bindgen(js_name = renewToken)]
    pub fn renew_token(&self, token: String) {
        self.inner.renew_token(token);
    }
}

/// Shows a session in `place`, an empty element in the shadow root of `host`, and dispatches the events on `host`.
#[wasm_bindgen]
#[must_use]
pub fn mount(host: &HtmlElement, place: &HtmlElement, server: String, session: String, token: String) -> Mounted {
    Mounted { inner: browser::mount(host, place, &Options { server, session, token }, |_| ()) }
}
