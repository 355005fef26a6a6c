use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder;
use crate::operate::OperateError;
use crate::store::Folder;

/// What a backup holds; written last, so that a backup that broke off is none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    /// The form of the folder.
    pub(super) format: u32,
    pub(super) created_at: String,
    /// The name of the store, which its photo folder carries too.
    pub(super) store: String,
    pub(super) database_sha256: String,
    /// How many files there are, of photos and uploads.
    pub(super) files: usize,
    pub(super) bytes: u64,
    /// Files that the database names and that were not there.
    pub(super) missing: Vec<String>,
    /// The storage that the photos are in, and stay in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) photos_in: Option<String>,
}

pub(super) const FORMAT: u32 = 1;

pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join("headshot.db")
}

/// Where the files of a folder are in a backup.
pub(super) fn files(backup: &Path, folder: Folder) -> PathBuf {
    backup.join(folder.name())
}

impl Manifest {
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)? + "\n";
        folder::write(&path(folder), text.as_bytes())
    }

    pub(super) fn read(folder: &Path) -> Result<Self, OperateError> {
        let path = path(folder);
        let text = fs::read_to_string(&path).map_err(|error| {
            OperateError::Failed(format!("{}: {error}; the folder holds no finished backup", path.display()))
        })?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| {
            OperateError::Failed(format!("{}: it is no manifest of a backup: {error}", path.display()))
        })?;
        if manifest.format == FORMAT {
            Ok(manifest)
        } else {
            Err(OperateError::Failed(format!("{}: the backup is of another version of this program", path.display())))
        }
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("backup.json")
}
