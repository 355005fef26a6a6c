use wasm_bindgen::{JsCast as _, UnwrapThrowExt as _};
use web_sys::{Document, HtmlElement, Url, VisibilityState, Window};

use crate::session::link::Address;

pub(super) fn window() -> Window {
    web_sys::window().expect_throw("a browser window")
}

pub(super) fn document() -> Document {
    window().document().expect_throw("a document")
}

pub(super) fn is_hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

pub(super) fn element(tag: &str) -> HtmlElement {
    document().create_element(tag).expect_throw("an element").unchecked_into()
}

/// Reads a web address with the browser's own parser, the one that the frame will use.
pub(super) fn address(text: &str) -> Option<Address> {
    let url = Url::new(text).ok()?;
    Some(Address { href: url.href(), protocol: url.protocol(), hostname: url.hostname(), origin: url.origin() })
}

/// The origins as the browser writes them; what is no origin is left out, so that nothing else gets into a header or
/// an `allow` list.
pub(super) fn origins(texts: &[String]) -> Vec<String> {
    texts
        .iter()
        .filter_map(|text| address(text))
        .map(|address| address.origin)
        .filter(|origin| origin != "null")
        .collect()
}

/// A line for the host's developer.
pub(super) fn warn(line: &str) {
    web_sys::console::warn_1(&["headshot-widget: ", line].concat().into());
}
