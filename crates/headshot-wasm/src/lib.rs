//! `headshot-verify` for JavaScript. It only translates; what the package looks like is in `npm/index.d.ts`.

#![cfg_attr(target_arch = "wasm32", no_std)]
// Elsewhere there is nobody to call the functions of `abi.rs`.
#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, reason = "only JavaScript calls it, and the tests parts of it")
)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod abi;
#[cfg(feature = "events")]
mod events;
mod module;
mod provider;
mod refusal;
mod secrets;
#[cfg(feature = "tools")]
mod tools;
#[cfg(feature = "verdict")]
mod verifiers;

/// The taste of Rust in the project's README, which is no part of the published crate.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme_of_the_project {}
