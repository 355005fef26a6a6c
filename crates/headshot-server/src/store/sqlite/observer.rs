use std::path::Path;

use rusqlite::Connection;

use super::connection::open_observer;
use super::tx::{SqliteTx, at_once};
use crate::store::queries::{records, settings};
use crate::store::{Filter, Kind, Record, StoreError};

/// Looks into the file of a store beside the server that has it, and changes nothing.
pub struct SqliteObserver {
    pub(super) connection: Connection,
}

impl SqliteObserver {
    /// Opens the file for reading.
    ///
    /// # Errors
    /// There is none, it is not ours, or it is of another version than this program.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open_observer(path).map_err(|error| StoreError(format!("{}: {error}", path.display())))?;
        Ok(Self { connection })
    }

    /// The records that are meant, the newest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn list(&self, kind: Kind, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        Ok(at_once(records::list(&SqliteTx(&self.connection), kind, filter))?)
    }

    /// The name that the photo folder carries too.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn name(&self) -> Result<String, StoreError> {
        Ok(at_once(settings::known_name(&SqliteTx(&self.connection)))?)
    }
}
