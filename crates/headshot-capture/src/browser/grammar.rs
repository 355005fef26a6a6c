use wasm_bindgen::prelude::wasm_bindgen;

use crate::language::Grammar;

#[wasm_bindgen(module = "/npm/grammar.js")]
extern "C" {
    fn figure(tag: &str, number: f64) -> String;

    fn plural(tag: &str, number: f64) -> String;
}

/// What the browser knows of every language.
#[expect(clippy::cast_precision_loss, reason = "nobody has so many photos")]
pub(super) const KNOWN: Grammar =
    Grammar { figure: |tag, number| figure(tag, number as f64), plural: |tag, number| plural(tag, number as f64) };
