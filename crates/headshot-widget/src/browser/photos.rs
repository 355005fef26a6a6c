use wasm_bindgen::{JsCast as _, prelude::wasm_bindgen};
use web_sys::{Document, HtmlDialogElement, HtmlElement};

#[wasm_bindgen(module = "/npm/src/download.js")]
extern "C" {
    /// Saves a photo under a name with this number.
    #[wasm_bindgen(js_name = savePhoto)]
    pub(super) fn save(document: &Document, url: &str, number: usize);
}

/// Opens the place where a photo is shown large.
pub(super) fn open(view: &HtmlElement) {
    if let Ok(Some(viewer)) = view.query_selector("[part~=viewer]") {
        let viewer: HtmlDialogElement = viewer.unchecked_into();
        if !viewer.open() {
            _ = viewer.show_modal();
        }
    }
}

pub(super) fn close(view: &HtmlElement) {
    if let Ok(Some(viewer)) = view.query_selector("[part~=viewer]") {
        viewer.unchecked_into::<HtmlDialogElement>().close();
    }
}
