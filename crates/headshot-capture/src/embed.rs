//! What the hand-written custom element in `npm/headshot-capture.js` calls.

use js_sys::Reflect;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::HtmlElement;

use crate::{
    Language,
    browser::{self, Options},
};

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

    /// Says everything in another language from now on: an object with `lang`, `dir`, and the phrases by their keys.
    pub fn speak(&self, language: &JsValue) {
        self.speak_in(read(language));
    }
}

impl Mounted {
    /// Says everything in another language from now on.
    pub fn speak_in(&self, language: Language) {
        self.inner.speak(language);
    }
}

/// Collects the photos of a session in `place`, an empty element in the shadow root of `host`, and dispatches the events
/// on `host`.
///
/// ```js
/// import init, { mount } from "./headshot_capture.js";
///
/// await init();
/// const mounted = mount(host, host.shadowRoot.appendChild(document.createElement("div")), server, session, token, {});
/// mounted.free(); // turns the camera off, ends the requests, and takes everything out of the page
/// ```
#[wasm_bindgen]
#[must_use]
pub fn mount(
    host: &HtmlElement,
    place: &HtmlElement,
    server: &str,
    session: &str,
    token: &str,
    language: &JsValue,
) -> Mounted {
    mount_in(host, place, [server, session, token], read(language))
}

/// The same from Rust: with the server's base address, the session's id and its client token.
#[must_use]
pub fn mount_in(
    host: &HtmlElement,
    place: &HtmlElement,
    [server, session, token]: [&str; 3],
    language: Language,
) -> Mounted {
    let options = Options { server: server.into(), session: session.into(), token: token.into(), language };
    Mounted { inner: browser::mount(host, place, options) }
}

fn read(language: &JsValue) -> Language {
    Language::read(|key| Reflect::get(language, &key.into()).ok()?.as_string())
}
