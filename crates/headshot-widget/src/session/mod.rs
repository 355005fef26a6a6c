//! What the widget knows and decides, without a browser: plain Rust with native tests.

pub(crate) mod camera;
pub(crate) mod fault;
pub(crate) mod link;
pub(crate) mod model;
pub(crate) mod pace;
pub(crate) mod policy;
pub(crate) mod reading;
pub(crate) mod way;
pub(crate) mod words;
