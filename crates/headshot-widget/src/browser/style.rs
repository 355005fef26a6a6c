use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use web_sys::{CssStyleSheet, Element, Node};

use super::place::Place;

#[wasm_bindgen]
extern "C" {
    /// A document or shadow root.
    pub(crate) type StyleScope;

    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn adopted_style_sheets(this: &StyleScope) -> Option<Array>;

    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets, catch)]
    fn set_adopted_style_sheets(this: &StyleScope, sheets: &Array) -> Result<(), JsValue>;
}

/// The widget's looks in one document or shadow root; dropping it takes them out again.
pub(crate) enum Style {
    /// Needs no `style-src` of the page, unlike `<style>` elements and `style` attributes.
    Adopted { scope: StyleScope, sheet: CssStyleSheet },
    /// For browsers without constructed style sheets. Where the page forbids it, the widget works without its looks.
    Written(Element),
}

impl Style {
    pub(crate) fn put_into(place: &Place, css: &str) -> Option<Self> {
        Self::adopt(place, css).or_else(|| Self::write(place, css))
    }

    fn adopt(place: &Place, css: &str) -> Option<Self> {
        let scope: StyleScope = place.view.get_root_node().unchecked_into();
        // A sheet belongs to one document, and the place may be in a window that the page has opened.
        let class: Function =
            Reflect::get(place.document.default_view()?.as_ref(), &"CSSStyleSheet".into()).ok()?.dyn_into().ok()?;
        let sheet: CssStyleSheet = Reflect::construct(&class, &Array::new()).ok()?.unchecked_into();
        sheet.replace_sync(css).ok()?;
        scope.set_adopted_style_sheets(&scope.adopted_style_sheets()?.concat(&Array::of1(&sheet))).ok()?;
        Some(Self::Adopted { scope, sheet })
    }

    fn write(place: &Place, css: &str) -> Option<Self> {
        let element = place.document.create_element("style").ok()?;
        element.set_text_content(Some(css));
        let root: Node = place.view.get_root_node();
        root.append_child(&element).ok()?;
        Some(Self::Written(element))
    }
}

impl Drop for Style {
    fn drop(&mut self) {
        match self {
            Self::Adopted { scope, sheet } => {
                let ours: &JsValue = sheet;
                let sheets = scope.adopted_style_sheets().unwrap_or_default();
                _ = scope.set_adopted_style_sheets(&sheets.filter(&mut |sheet, _, _| sheet != *ours));
            }
            Self::Written(element) => element.remove(),
        }
    }
}
