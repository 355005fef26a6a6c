//! A host application whose page is rendered on its own server and goes on in the browser, with the widget in it.
//!
//! One crate for both, as Leptos applications are: the server is built with the feature `ssr`, the wasm with `hydrate`.

#![expect(unreachable_pub, reason = "the macros put public functions and types into private ones")]

mod app;
#[cfg(feature = "ssr")]
mod backend;

pub use app::App;
#[cfg(feature = "ssr")]
pub use app::document;
#[cfg(feature = "ssr")]
pub use backend::Backend;

/// Takes over the page that the server has sent.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
