use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, Window};

#[wasm_bindgen(module = "/npm/src/phone.js")]
extern "C" {
    #[cfg(not(feature = "phone"))]
    #[wasm_bindgen(js_name = drawCode)]
    fn draw_code(canvas: &HtmlElement, link: &str) -> Promise;

    #[cfg(feature = "phone")]
    fn paint(canvas: &HtmlElement, modules: &[u8]) -> bool;

    #[wasm_bindgen(js_name = copyLink)]
    fn copy_link(link: &str) -> Promise;

    #[wasm_bindgen(js_name = isPhone)]
    pub(super) fn is_phone(window: &Window) -> bool;

    #[wasm_bindgen(js_name = isInsideApp)]
    pub(super) fn is_inside_app(window: &Window) -> bool;
}

/// Draws the link as a code for a phone's camera. In the npm package the code for it loads only now; an application in
/// Rust takes it along with the feature `phone`. False where there is none.
pub(super) async fn draw(canvas: HtmlElement, link: String) -> bool {
    #[cfg(feature = "phone")]
    let is_drawn = std::future::ready(headshot_qr::encode(&link).is_some_and(|modules| paint(&canvas, &modules))).await;
    #[cfg(not(feature = "phone"))]
    let is_drawn = told(draw_code(&canvas, &link)).await;
    is_drawn
}

/// Copies the link. False where the browser does not do it.
pub(super) async fn copy(link: String) -> bool {
    told(copy_link(&link)).await
}

async fn told(promise: Promise) -> bool {
    JsFuture::from(promise).await.is_ok_and(|told| told.is_truthy())
}
