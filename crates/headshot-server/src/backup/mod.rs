//! `headshot backup` and `headshot restore`: the database and the photos that it names, taken beside a running server.
//!
//! The database is copied first, as it is at one moment; a photo's file never changes once the database names it, so that
//! the files that are copied after it are those that it names.

mod folder;
mod manifest;
mod restore;
mod take;

use std::path::{Path, PathBuf};

use clap::Args;

pub use self::restore::restore;
pub use self::take::backup;
use crate::config::{FileArgs, Files};
use crate::operate::{OperateError, OutputArgs};
use crate::store::Database;

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

/// The file that is backed up or restored.
fn database_file(files: &Files) -> Result<&Path, OperateError> {
    match &files.database {
        Database::Sqlite(path) => Ok(path),
        Database::Postgres(_) => {
            let how = "back it up with `pg_dump` first and the folders of photos and uploads after it; restore them in the \
                       other order, the folders first";
            Err(OperateError::Misuse(format!("backup_by_pg_dump: the state is in a PostgreSQL database: {how}")))
        }
    }
}
