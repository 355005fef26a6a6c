#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The input is an attacker's: nothing here may panic on it, wrap around or lose digits.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "axum")]
pub mod axum;
#[doc(hidden)]
pub mod binding;
mod check;
mod codec;
mod error;
mod errors;
mod headers;
#[cfg(feature = "http")]
mod http;
mod json;
pub mod jws;
mod neutral;
mod payload;
pub mod provider;
mod receipt;
mod references;
mod scheme;
mod secret;
mod shape;
#[cfg(feature = "sign")]
mod sign;
mod time;
mod verified;
mod verifier;
mod words;

pub use error::{DeclarationError, EventError, Fault, MAX_BODY_BYTES, VerifyError};
pub use headers::{Delivery, Headers};
pub use json::{Fields, Value};
pub use neutral::{Neutral, NeutralKind, NeutralPhoto, NeutralState};
pub use payload::{Payload, UnsignedEvent};
pub use provider::Provider;
pub use receipt::{Receipt, Trust};
pub use references::References;
pub use scheme::{Declaration, Encoding, Scheme, SchemeName};
pub use secret::{Secret, SecretForm, Secrets};
#[cfg(feature = "sign")]
pub use sign::{SignError, Unsigned, sign};
pub use time::{DEFAULT_TOLERANCE, TimestampFormat, UnixSeconds};
pub use verified::Verified;
pub use verifier::{Verifier, receive, verify};
