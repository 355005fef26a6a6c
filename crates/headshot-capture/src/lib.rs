#![doc = include_str!("../README.md")]

mod browser;
mod capture;
mod embed;
mod view;

/// Half the size of the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub use embed::{Mounted, mount};
