//! Decides, and knows no browser: what a photo must be, which one is sent when, what every refusal means.

pub(crate) mod camera;
pub(crate) mod check;
pub(crate) mod counts;
pub(crate) mod fault;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod name;
pub(crate) mod pace;
pub(crate) mod photo;
pub(crate) mod words;
