#![doc = include_str!("../README.md")]

pub mod host;
pub mod portrait;
pub mod provider;

mod plain_http;
mod random;
mod running;
mod sandbox;
mod speed;

pub use running::{ListenError, Running};
pub use sandbox::{Config, Sandbox};
pub use speed::{InvalidSpeed, Speed};
