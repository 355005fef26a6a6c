#![doc = include_str!("../README.md")]

mod browser;
mod capture;
#[cfg(feature = "embed")]
mod embed;
mod view;

pub use browser::{Mounted, Options, mount};
#[cfg(feature = "embed")]
pub use embed::Handle;
