use std::pin::pin;
use std::time::Duration;

use futures_util::TryStreamExt;
use rusqlite::{Row as SqliteRow, Rows};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::Progress;
use super::digest::Digest;
use super::source::Source;
use super::tables::{TABLES, Table};
use crate::store::StoreError;
use crate::store::postgres::{Pool, PostgresAddress, Purpose, Transaction, failed, make_ready};
use crate::store::queries::settings::{self, Move};
use crate::store::sql::{Cell, Failed, Row, Value};

/// So much is committed at once, whichever comes first.
const BATCH_ROWS: u64 = 2_000;
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// The database that the state is moved to.
pub(super) struct Target {
    pool: Pool,
}

/// A column, in both databases.
pub(super) struct Column {
    pub(super) name: String,
    kind: Type,
}

impl Column {
    pub(super) fn names(columns: &[Self]) -> Vec<String> {
        columns.iter().map(|column| column.name.clone()).collect()
    }
}

impl Target {
    /// Brings the database to this version's schema.
    pub(super) async fn open(address: &PostgresAddress) -> Result<Self, StoreError> {
        drop(make_ready(address).await.map_err(|error| StoreError(format!("{}: {error}", address.name())))?);
        // Statements take as long as there are rows.
        Ok(Self { pool: Pool::new(address, 1, Duration::ZERO)? })
    }

    pub(super) async fn begun(&self) -> Result<Option<Move>, StoreError> {
        let transaction = Transaction::begin(self.pool.connection().await?, Purpose::Read);
        let begun = settings::begun_move(&transaction.part()).await;
        Ok(transaction.end(begun).await?)
    }

    pub(super) async fn mark(&self, begun: &Move) -> Result<(), StoreError> {
        let transaction = Transaction::begin(self.pool.connection().await?, Purpose::Write);
        let marked = settings::mark_move(&transaction.part(), begun).await;
        Ok(transaction.end(marked).await?)
    }

    /// What holds something already.
    pub(super) async fn first_that_is_not_empty(&self) -> Result<Option<&'static str>, StoreError> {
        for table in TABLES {
            if self.count(table).await? > 0 {
                return Ok(Some(table.name));
            }
        }
        Ok(None)
    }

    async fn count(&self, table: &Table) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM {}", table.rows);
        let row = self.pool.connection().await?.query_one(&sql, &[]).await.map_err(failed)?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
    }

    pub(super) async fn columns(&self, table: &Table) -> Result<Vec<Column>, StoreError> {
        let sql = format!("SELECT * FROM {}", table.name);
        let statement = self.pool.connection().await?.prepare(&sql).await.map_err(failed)?;
        let columns = statement.columns().iter();
        Ok(columns.map(|column| Column { name: column.name().to_owned(), kind: column.type_().clone() }).collect())
    }

    /// Copies the rows of a table that are not there yet.
    pub(super) async fn copy(
        &self,
        source: &Source,
        table: &Table,
        progress: &mut impl Progress,
    ) -> Result<(), StoreError> {
        let columns = self.columns(table).await?;
        source.must_have_no_other(table, &columns)?;
        let present = self.count(table).await?;
        progress.advance(present);
        let mut statement = source.connection.prepare(&table.select(&Column::names(&columns), present))?;
        let mut rows = statement.query([])?;
        loop {
            let copied = self.copy_batch(table, &columns, &mut rows).await?;
            if copied == 0 {
                return Ok(());
            }
            progress.advance(copied);
        }
    }

    /// Commits the next rows, and says how many these are.
    async fn copy_batch(&self, table: &Table, columns: &[Column], rows: &mut Rows<'_>) -> Result<u64, StoreError> {
        let (names, kinds) = (Column::names(columns).join(", "), columns.iter().map(|column| column.kind.clone()));
        let sql = format!("COPY {} ({names}) FROM STDIN BINARY", table.name);
        let mut connection = self.pool.connection().await?;
        let transaction = connection.transaction().await.map_err(failed)?;
        let sink = transaction.copy_in(&sql).await.map_err(failed)?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &kinds.collect::<Vec<_>>()));
        let (mut copied, mut bytes) = (0, 0);
        while copied < BATCH_ROWS && bytes < BATCH_BYTES {
            let Some(row) = rows.next()? else { break };
            let values = values(row, columns)?;
            let parameters = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect::<Vec<_>>();
            writer.as_mut().write(&parameters).await.map_err(failed)?;
            bytes += values.iter().map(size).sum::<usize>();
            copied += 1;
        }
        writer.finish().await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(copied)
    }

    pub(super) async fn digest(
        &self,
        table: &Table,
        columns: &[Column],
        progress: &mut impl Progress,
    ) -> Result<Digest, StoreError> {
        let names = Column::names(columns);
        let sql = format!("SELECT {} FROM {}", names.join(", "), table.rows);
        let none: [&(dyn ToSql + Sync); 0] = [];
        let connection = self.pool.connection().await?;
        let mut rows = pin!(connection.query_raw(&sql, none).await.map_err(failed)?);
        let mut digest = Digest::default();
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            digest.add(&row, &names)?;
            progress.advance(1);
        }
        Ok(digest)
    }

    /// Goes on numbering where the file ended, and lets servers in.
    pub(super) async fn finish(&self, source: &Source) -> Result<(), StoreError> {
        let numbered = "SELECT table_name::text, column_name::text FROM information_schema.columns
                        WHERE table_schema = current_schema() AND is_identity = 'YES'";
        let mut connection = self.pool.connection().await?;
        let transaction = connection.transaction().await.map_err(failed)?;
        for row in transaction.query(numbered, &[]).await.map_err(failed)? {
            let (table, column): (&str, &str) = (row.get(0), row.get(1));
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), greatest(newest, 1), newest > 0)
                 FROM (SELECT greatest(max({column}), $1) AS newest FROM {table}) AS numbers"
            );
            transaction.query_one(&sql, &[&source.newest(table)?]).await.map_err(failed)?;
        }
        transaction.execute("UPDATE stream SET newest = $1", &[&source.newest("events")?]).await.map_err(failed)?;
        transaction.execute("DELETE FROM settings WHERE name = 'move'", &[]).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        // Plans are made with what is there now.
        Ok(connection.batch_execute("ANALYZE").await.map_err(failed)?)
    }
}

fn values<'r>(row: &'r SqliteRow<'_>, columns: &[Column]) -> Result<Vec<Value<'r>>, Failed> {
    let value = |column: &Column| {
        Ok(match row.cell(&column.name)? {
            Cell::Null => Value::Null,
            Cell::Number(number) if column.kind == Type::BOOL => Value::Flag(number != 0),
            Cell::Number(number) => Value::Number(number),
            Cell::Text(text) => text.into(),
            Cell::Bytes(bytes) => Value::Bytes(bytes),
        })
    };
    columns.iter().map(value).collect()
}

fn size(value: &Value<'_>) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Null | Value::Flag(_) | Value::Number(_) => 8,
    }
}
