use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::{JsCast, UnwrapThrowExt as _};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, Window};

pub(crate) fn window() -> Window {
    web_sys::window().expect_throw("a browser window")
}

pub(crate) fn document() -> Document {
    window().document().expect_throw("a document")
}

/// An element of this tag, with a class and a `::part` of the same name.
pub(crate) fn make<E: JsCast>(tag: &str, name: &str) -> E {
    let element = document().create_element(tag).expect_throw("an element");
    if !name.is_empty() {
        element.set_class_name(name);
        set(&element, "part", name);
    }
    element.unchecked_into()
}

pub(crate) fn button(name: &str, text: &str) -> HtmlElement {
    let button: HtmlElement = make("button", name);
    set(&button, "type", "button");
    set_text(&button, text);
    button
}

pub(crate) fn append(parent: &Element, children: &[&Element]) {
    for child in children {
        _ = parent.append_child(child);
    }
}

pub(crate) fn set(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        _ = element.set_attribute(name, value);
    }
}

/// A screen reader reads a text again that is set again, so only a new one is set. In a page that runs from right to
/// left, our words keep their own direction.
pub(crate) fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() == Some(text) {
        return;
    }
    element.set_text_content(None);
    if !text.is_empty() {
        let isolated: Element = make("bdi", "");
        isolated.set_text_content(Some(text));
        append(element, &[&isolated]);
    }
}

/// The class is the one that the style sheet hides by.
pub(crate) fn show(element: &HtmlElement, is_shown: bool) {
    if element.hidden() == is_shown {
        element.set_hidden(!is_shown);
    }
}

/// Whether the element is in the document and not in something hidden.
pub(crate) fn is_shown(element: &Element) -> bool {
    element.is_connected() && element.closest("[hidden]").ok().flatten().is_none()
}

pub(crate) fn listen(target: &EventTarget, event: &'static str, hear: impl FnMut(&Event) + 'static) -> EventListener {
    EventListener::new(target, event, hear)
}

/// A listener that keeps the browser from what it does by itself.
pub(crate) fn intercept(
    target: &EventTarget,
    event: &'static str,
    hear: impl FnMut(&Event) + 'static,
) -> EventListener {
    EventListener::new_with_options(target, event, EventListenerOptions::enable_prevent_default(), hear)
}
