use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use web_sys::{CssStyleSheet, Node};

#[wasm_bindgen]
extern "C" {
    /// A document or a shadow root.
    type StyleScope;

    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn adopted_style_sheets(this: &StyleScope) -> Array;

    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets)]
    fn set_adopted_style_sheets(this: &StyleScope, sheets: &Array);
}

/// The widget's style sheet in one document or shadow root; dropping it takes the sheet out again.
///
/// Adopted sheets need no `style-src` of the page, unlike `<style>` elements and `style` attributes.
pub(super) struct Adopted {
    scope: StyleScope,
    sheet: CssStyleSheet,
}

impl Adopted {
    /// `None` in a browser without constructed style sheets: the widget then works without its looks.
    pub(super) fn into_root_of(node: &Node, css: &str) -> Option<Self> {
        let scope: StyleScope = node.get_root_node().unchecked_into();
        let sheet = CssStyleSheet::new().ok()?;
        sheet.replace_sync(css).ok()?;
        scope.set_adopted_style_sheets(&scope.adopted_style_sheets().concat(&Array::of1(&sheet)));
        Some(Self { scope, sheet })
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        let ours: &JsValue = &self.sheet;
        let others = self.scope.adopted_style_sheets().filter(&mut |sheet, _, _| sheet != *ours);
        self.scope.set_adopted_style_sheets(&others);
    }
}
