#![doc = include_str!("../README.md")]

mod browser;
mod capture;
mod embed;
mod language;
mod view;

pub use embed::{Mounted, mount, mount_in};
pub use language::Language;
