//! `headshot-verify` for JavaScript. It only translates; what the package looks like is in `npm/index.d.ts`.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod abi;
#[cfg(feature = "events")]
mod events;
mod headers;
mod module;
mod provider;
mod refusal;
mod secrets;
#[cfg(feature = "tools")]
mod tools;
