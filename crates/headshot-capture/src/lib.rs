#![doc = include_str!("../README.md")]

mod browser;
mod capture;
mod embed;
mod view;

pub use embed::{Mounted, mount};
