//! What the hand-written custom element in `npm/` calls.

use js_sys::Promise;
use wasm_bindgen::{JsValue, UnwrapThrowExt as _, prelude::wasm_bindgen};
use web_sys::{HtmlElement, SecurityPolicyViolationEvent};

use crate::{
    Language, Way,
    browser::{self, Options, Place},
};

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

    /// Opens the provider's page elsewhere from now on.
    pub fn present(&self, surface: &str) {
        self.inner.present(Way::from_word(surface));
    }

    /// Asks no more, and touches nothing else: for when the wasm has failed, and the element goes on without it.
    pub fn abandon(&self) {
        self.inner.abandon();
    }

    /// Says everything in another language from now on: an object with `lang`, `dir`, and the phrases by their keys.
    pub fn speak(&self, language: &JsValue) {
        self.inner.speak(Language::read(language));
    }
}

/// Shows a session in `widget`, which holds the places of view and stage in the shadow root of `host`, and dispatches the
/// events on `host`. `surface` is the attribute's word and `language` as in [`Mounted::speak`]. `early` is the server's answer if it has been asked already, `violations` what policies of the page
/// have stopped so far.
#[wasm_bindgen]
#[must_use]
#[expect(clippy::too_many_arguments, reason = "only our own script calls it, and reading an object would cost bytes")]
pub fn mount(
    host: &HtmlElement,
    widget: &HtmlElement,
    server: String,
    session: String,
    token: String,
    surface: &str,
    language: &JsValue,
    early: Option<Promise>,
    violations: Vec<SecurityPolicyViolationEvent>,
) -> Mounted {
    let place = Place::of(widget).expect_throw("the element's place");
    let (surface, language) = (Way::from_word(surface), Language::read(language));
    let inner = browser::mount(host, place, Options { server, session, token, surface, language, early }, |_| ());
    inner.hear_violations(violations);
    Mounted { inner }
}
