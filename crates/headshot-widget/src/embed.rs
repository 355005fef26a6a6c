//! What the hand-written custom element in `npm/` calls.

use js_sys::Promise;
use wasm_bindgen::{UnwrapThrowExt as _, prelude::wasm_bindgen};
use web_sys::{HtmlElement, SecurityPolicyViolationEvent};

use crate::browser::{self, Options, Place};

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

/// Shows a session in `widget`, which holds the places of view and stage in the shadow root of `host`, and dispatches the
/// events on `host`. `early` is the server's answer if it has been asked already, `violations` what policies of the page
/// have stopped so far.
#[wasm_bindgen]
#[must_use]
pub fn mount(
    host: &HtmlElement,
    widget: &HtmlElement,
    server: String,
    session: String,
    token: String,
    early: Option<Promise>,
    violations: Vec<SecurityPolicyViolationEvent>,
) -> Mounted {
    let place = Place::of(widget).expect_throw("the element's place");
    let inner = browser::mount(host, place, Options { server, session, token, early }, |_| ());
    inner.hear_violations(violations);
    Mounted { inner }
}
