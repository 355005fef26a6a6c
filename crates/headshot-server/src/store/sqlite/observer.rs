use std::path::Path;

use rusqlite::Connection;

use super::connection::open_observer;
use super::records;
use crate::random;
use crate::store::{Filter, Kind, Record, StoreError};

/// Looks into the file of a store beside the server that has it, and changes nothing.
pub struct Observer {
    connection: Connection,
}

impl Observer {
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
        records::list(&self.connection, kind, filter).map_err(|error| StoreError(error.to_string()))
    }

    /// The name that the photo folder carries too.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn name(&self) -> Result<String, StoreError> {
        let sql = "SELECT value FROM settings WHERE name = 'name'";
        let name = self.connection.query_row(sql, [], |row| row.get::<_, [u8; 16]>(0));
        name.map(|name| random::to_hex(&name)).map_err(|error| StoreError(error.to_string()))
    }
}
