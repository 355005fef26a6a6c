//! `headshot backup` and `headshot restore`: the database and the photos that it names, taken beside a running server.
//!
//! The database is copied first, as it is at one moment; a photo's file never changes once the database names it, so that
//! the files that are copied after it are those that it names.

mod folder;
mod manifest;
mod restore;
mod take;

use std::path::PathBuf;

use clap::Args;

pub use self::restore::restore;
pub use self::take::backup;
use crate::config::FileArgs;
use crate::operate::OutputArgs;

/// What `headshot backup` is told.
#[derive(Args, Clone)]
pub struct BackupArgs {
    /// Folder for the backup; a new or an empty one
    #[arg(value_name = "TO")]
    pub to: PathBuf,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state is.
    #[command(flatten)]
    pub files: FileArgs,
}

/// What `headshot restore` is told.
#[derive(Args, Clone)]
pub struct RestoreArgs {
    /// Folder that a backup was made into
    #[arg(value_name = "FROM")]
    pub from: PathBuf,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state goes.
    #[command(flatten)]
    pub files: FileArgs,
}
