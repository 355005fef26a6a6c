use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Progress;
use super::digest::Digest;
use super::tables::{TABLES, Table};
use super::target::Column;
use crate::store::StoreError;
use crate::store::queries::settings::{self, Move};
use crate::store::sql::damaged;
use crate::store::sqlite::{SqliteTx, at_once, lock, open_alone};

/// The file that is moved, kept from everybody else.
pub(super) struct Source {
    pub(super) connection: Connection,
    path: PathBuf,
    _lock: File,
}

/// How many rows are read between two looks at the progress.
const STRIDE: u64 = 1_000;

impl Source {
    /// Brings the file to this version's schema, and ends every lease.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |error: &dyn std::fmt::Display| StoreError(format!("{}: {error}", path.display()));
        // Before a lock is made beside it.
        path.metadata().map_err(|error| failed(&error))?;
        let lock = lock(path)?;
        let connection = open_alone(path).map_err(|error| failed(&error))?;
        Ok(Self { connection, path: path.to_owned(), _lock: lock })
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    pub(super) fn begun(&self) -> Result<Option<Move>, StoreError> {
        Ok(at_once(settings::begun_move(&SqliteTx(&self.connection)))?)
    }

    pub(super) fn mark(&mut self, begun: &Move) -> Result<(), StoreError> {
        Ok(at_once(settings::mark_move(&SqliteTx(&self.connection), begun))?)
    }

    pub(super) fn unmark(&mut self) -> Result<(), StoreError> {
        Ok(at_once(settings::end_move(&SqliteTx(&self.connection)))?)
    }

    pub(super) fn count(&self, table: &Table) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {}", table.rows);
        let count: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    pub(super) fn count_all(&self) -> Result<u64, StoreError> {
        TABLES.iter().map(|table| self.count(table)).sum()
    }

    /// The greatest number that a row of the table ever had, where such numbers are not given again; else 0.
    pub(super) fn newest(&self, table: &str) -> Result<i64, StoreError> {
        let sql = "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = ?1";
        Ok(self.connection.query_row(sql, [table], |row| row.get(0))?)
    }

    /// Refuses a table that has what the other database has no place for.
    pub(super) fn must_have_no_other(&self, table: &Table, columns: &[Column]) -> Result<(), StoreError> {
        let mut names = self.connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let names = names.query_map([table.name], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        match names.iter().find(|name| columns.iter().all(|column| column.name != **name)) {
            Some(name) => Err(damaged(format_args!("the column {name} of {} has no place", table.name)).into()),
            None => Ok(()),
        }
    }

    pub(super) fn digest(
        &self,
        table: &Table,
        columns: &[Column],
        progress: &mut impl Progress,
    ) -> Result<Digest, StoreError> {
        let names = Column::names(columns);
        let mut statement = self.connection.prepare(&table.select(&names, 0))?;
        let (mut rows, mut digest) = (statement.query([])?, Digest::default());
        while let Some(row) = rows.next()? {
            digest.add(row, &names)?;
            if digest.rows().is_multiple_of(STRIDE) {
                progress.advance(STRIDE);
            }
        }
        progress.advance(digest.rows() % STRIDE);
        Ok(digest)
    }
}
