//! Photos as files: fetching them, keeping them, and links to them.

pub(crate) mod fetch;
mod files;
mod links;

pub(crate) use self::files::{Files, Part};
pub(crate) use self::links::{LinkError, PhotoLinks};
