//! Photos: fetching them, keeping them in a folder or in S3-compatible storage, and links to them.

mod error;
pub(crate) mod fetch;
mod folder;
mod kept;
mod links;
mod part;
pub mod s3;
mod storage;

/// What says whose the files or objects beside it are.
const OWNER: &str = ".headshot-store";

pub use self::error::StorageError;
pub use self::folder::Folder;
pub(crate) use self::folder::owner;
pub use self::kept::{Expected, Kept};
pub(crate) use self::links::{LinkError, PhotoLinks};
pub use self::part::Part;
pub use self::storage::Storage;
