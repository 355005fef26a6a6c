//! Carries what happens in the browser to the model, and what the model wants into the browser.

mod camera;
mod capture;
mod dispatch;
pub(crate) mod dom;
mod grammar;
mod photo_file;
mod preview;
mod reading;
mod request;
mod server;
mod style;

pub(crate) use capture::{Mounted, Options, mount};
