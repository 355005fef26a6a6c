//! What a binding to another language builds on: it looks headers up in that language, has
//! [`Scheme::check`](crate::Scheme::check) look at them, and words its messages there.
//!
//! It is no part of the interface for Rust programs and may change with every version.

use crate::{SecretForm, Secrets};
pub use crate::{
    check::{Check, Found},
    error::{Flaw, Told},
    headers::{Received, Sent},
    provider::BuiltIn,
};

/// As [`SecretForm::read_all`].
///
/// # Errors
///
/// The [`Flaw`] of which it makes its error.
pub fn secrets<'s>(form: SecretForm, shown: impl Iterator<Item = &'s [u8]>) -> Result<Secrets, Flaw> {
    Secrets::of(shown.map(|shown| form.key(shown)))
}
