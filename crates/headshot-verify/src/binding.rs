//! What a binding to another language builds on: it looks headers up in that language, has
//! [`Scheme::check`](crate::Scheme::check) look at them, and words its messages there.
//!
//! It is no part of the interface for Rust programs and may change with every version.

pub use crate::{
    check::{Check, Found, TokenRules},
    error::{Flaw, Stage, Told},
    headers::{Received, Sent},
    json::{Look, ObjectWriter, See, Text, Trouble, looked, read},
    provider::BuiltIn,
    secret::secrets,
};
