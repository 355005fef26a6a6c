use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/npm/src/figures.js")]
extern "C" {
    fn figure(tag: &str, number: u32, unit: Option<&str>) -> String;
}

/// A number as readers of this language write it, with its unit if there is one.
pub(super) fn written(tag: &str, number: u32, unit: Option<&str>) -> String {
    figure(tag, number, unit)
}
