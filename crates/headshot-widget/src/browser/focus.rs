use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, ShadowRoot};

/// Notes what in `view` has the focus. If that leaves the page with the change that comes now, the status takes over,
/// where browsers would go back to the beginning of the page.
pub(super) fn keep(view: &HtmlElement) {
    if let Some(focused) = focused(view) {
        let view = view.clone();
        // After Leptos has brought the change onto the page.
        Timeout::new(0, move || {
            if !focused.is_connected() {
                focus_status(&view);
            }
        })
        .forget();
    }
}

/// What has the focus inside the widget.
pub(super) fn focused(view: &HtmlElement) -> Option<Element> {
    view.get_root_node().unchecked_into::<ShadowRoot>().active_element()
}

pub(super) fn focus_status(view: &HtmlElement) {
    if let Ok(Some(status)) = view.query_selector("[part~=status]") {
        _ = status.unchecked_into::<HtmlElement>().focus();
    }
}
