//! What a binding to another language builds on: it looks headers up in that language, has
//! [`Scheme::check`](crate::Scheme::check) look at them, and words its messages there.
//!
//! It is no part of the interface for Rust programs and may change with every version.

#[cfg(feature = "explain")]
pub use crate::explain::explain_with;
pub use crate::{
    check::{Check, Found, TokenRules},
    error::{Flaw, Told},
    headers::{Received, Sent},
    provider::BuiltIn,
    secret::secrets,
};
