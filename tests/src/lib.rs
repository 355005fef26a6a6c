//! What the end-to-end tests share: the project's programs as real processes, and a real browser.

pub mod browser;
pub mod http;
mod pages;
pub mod program;
pub mod session;
pub mod stage;
pub mod stand_in;
pub mod upload_server;
pub mod wait;
