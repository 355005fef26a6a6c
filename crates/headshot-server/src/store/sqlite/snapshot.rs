use std::path::Path;

use rusqlite::{Connection, params};

use super::connection::open_copy;
use crate::provider::http::is_path_segment;
use crate::store::{SqliteObserver, StoreError};

/// A copy of a store's file that nobody else has.
pub(crate) struct Snapshotted {
    connection: Connection,
}

/// A folder of files that rows name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folder {
    /// The copies of finished photos.
    Photos,
    /// The photos that people upload.
    Uploads,
}

/// A file that a row names.
pub(crate) struct NamedFile {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

impl Folder {
    /// Each, in the order in which they are backed up.
    pub(crate) const ALL: [Self; 2] = [Self::Photos, Self::Uploads];

    /// What it is called where all folders lie beside each other.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Photos => "photos",
            Self::Uploads => "uploads",
        }
    }

    /// The rows that name files of the folder.
    fn rows(self) -> (&'static str, &'static str) {
        match self {
            Self::Photos => (
                "SELECT DISTINCT file, sha256 FROM photos WHERE copied_at IS NOT NULL ORDER BY file",
                "photos WHERE file",
            ),
            Self::Uploads => ("SELECT id, sha256 FROM uploads ORDER BY id", "uploads WHERE id"),
        }
    }
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

    /// The files of a folder that it names.
    ///
    /// # Errors
    /// It cannot be read, or names what is no name of a file.
    pub(crate) fn files(&self, folder: Folder) -> Result<Vec<NamedFile>, StoreError> {
        let mut statement = self.connection.prepare(folder.rows().0)?;
        let files = statement.query_map([], |row| Ok(NamedFile { name: row.get(0)?, sha256: row.get(1)? }))?;
        let files: Vec<_> = files.collect::<Result<_, _>>()?;
        if files.iter().all(|file| is_path_segment(&file.name)) {
            Ok(files)
        } else {
            Err(StoreError("the database names a file by what is no name of one".to_owned()))
        }
    }

    /// What this file was is gone.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn forget_file(&self, folder: Folder, name: &str) -> Result<(), StoreError> {
        let sql = format!("DELETE FROM {} = ?1", folder.rows().1);
        Ok(self.connection.execute(&sql, [name]).map(drop)?)
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

impl SqliteObserver {
    /// Copies the store as it is now, beside whoever writes into it, to an empty file.
    ///
    /// # Errors
    /// It cannot be read, or the copy not written.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<Snapshotted, StoreError> {
        let target = path.to_str().ok_or_else(|| StoreError(format!("{}: the path is not Unicode", path.display())))?;
        self.connection.execute("VACUUM INTO ?1", params![target]).map_err(StoreError::from)?;
        Snapshotted::open(path)
    }

    /// Whether some row names the file.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn uses_file(&self, folder: Folder, name: &str) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM {} = ?1", folder.rows().1);
        Ok(self.connection.prepare(&sql)?.exists([name])?)
    }
}
