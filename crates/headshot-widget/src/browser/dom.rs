use wasm_bindgen::UnwrapThrowExt as _;
use web_sys::{Document, Url, VisibilityState, Window};

pub(super) fn window() -> Window {
    web_sys::window().expect_throw("a browser window")
}

pub(super) fn is_hidden(document: &Document) -> bool {
    document.visibility_state() == VisibilityState::Hidden
}

/// The origin of a web address, as the browser writes it; empty for what is none.
pub(super) fn origin(text: &str) -> String {
    Url::new(text).map(|url| url.origin()).unwrap_or_default()
}

/// A line for the host's developer.
pub(super) fn warn(line: &str) {
    web_sys::console::warn_1(&["headshot-widget: ", line].concat().into());
}
