//! What the hand-written custom element in `npm/headshot-capture.js` calls.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

use crate::browser::{self, Options};

/// A capture on the page; `free()` takes it away.
#[wasm_bindgen]
pub struct Mounted {
    inner: browser::Mounted,
}

#[wasm_bindgen]
impl Mounted {
    /// Goes on with another client token for the same session.
    #[wasm_bindgen(js_name = renewToken)]
    pub fn renew_token(&self, token: String) {
        self.inner.renew_token(token);
    }
}

/// Collects the photos of a session in `place`, an empty element in the shadow root of `host`, and dispatches the events
/// on `host`.
///
/// ```js
/// import init, { mount } from "./headshot_capture.js";
///
/// await init();
/// const mounted = mount(host, host.shadowRoot.appendChild(document.createElement("div")), server, session, token);
/// mounted.free(); // turns the camera off, ends the requests, and takes everything out of the page
/// ```
#[wasm_bindgen]
#[must_use]
pub fn mount(host: &HtmlElement, place: &HtmlElement, server: String, session: String, token: String) -> Mounted {
    Mounted { inner: browser::mount(host, place, Options { server, session, token }) }
}
