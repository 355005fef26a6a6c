use std::path::Path;

use rusqlite::{Connection, params};

use super::connection::open_copy;
use super::photos;
use crate::provider::http::is_path_segment;
use crate::store::{Observer, StoreError};

/// A copy of a store's file that nobody else has.
pub(crate) struct Snapshotted {
    connection: Connection,
}

/// The file of a photo's copy.
pub(crate) struct PhotoFile {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

impl Snapshotted {
    /// Opens a copy.
    ///
    /// # Errors
    /// It is not ours, or of another version than this program.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open_copy(path).map_err(|error| StoreError(format!("{}: {error}", path.display())))?;
        Ok(Self { connection })
    }

    /// The files that it names.
    ///
    /// # Errors
    /// It cannot be read, or names what is no name of a file.
    pub(crate) fn photo_files(&self) -> Result<Vec<PhotoFile>, StoreError> {
        let sql = "SELECT DISTINCT file, sha256 FROM photos WHERE copied_at IS NOT NULL ORDER BY file";
        let files = self.connection.prepare(sql).and_then(|mut statement| {
            let files = statement.query_map([], |row| Ok(PhotoFile { name: row.get(0)?, sha256: row.get(1)? }))?;
            files.collect::<Result<Vec<_>, _>>()
        });
        let files = files.map_err(StoreError::from)?;
        if files.iter().all(|file| is_path_segment(&file.name)) {
            Ok(files)
        } else {
            Err(StoreError("the database names a photo by what is no name of a file".to_owned()))
        }
    }

    /// The photos of this file are gone.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn forget_file(&self, name: &str) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM photos WHERE file = ?1", [name]).map(drop).map_err(StoreError::from)
    }

    /// Looks at every page.
    ///
    /// # Errors
    /// It is damaged.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let found = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
        match found.map_err(StoreError::from)?.as_str() {
            "ok" => Ok(()),
            damage => Err(StoreError(format!("the database is damaged: {damage}"))),
        }
    }
}

impl Observer {
    /// Copies the store as it is now, beside whoever writes into it, to an empty file.
    ///
    /// # Errors
    /// It cannot be read, or the copy not written.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<Snapshotted, StoreError> {
        let target = path.to_str().ok_or_else(|| StoreError(format!("{}: the path is not Unicode", path.display())))?;
        self.connection.execute("VACUUM INTO ?1", params![target]).map_err(StoreError::from)?;
        Snapshotted::open(path)
    }

    /// Whether some photo uses the file of this name.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn uses_file(&self, name: &str) -> Result<bool, StoreError> {
        photos::uses_file(&self.connection, name).map_err(StoreError::from)
    }
}
