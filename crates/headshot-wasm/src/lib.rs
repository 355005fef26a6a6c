//! headshot-wasm
