//! The statements of a transaction: carried out at once, by the thread that owns the connection.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::store::sql::{Cell, Engine, Failed, Lock, NewEvent, Row, Tx, Value, damaged, values};

/// A connection, for as long as a transaction of it is open.
pub(in crate::store) struct SqliteTx<'c>(pub(in crate::store) &'c Connection);

/// What a transaction comes to, none of whose statements is ever waited for.
pub(in crate::store) fn at_once<T>(transaction: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    match pin!(transaction).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(Failed::Other("a transaction waited for something".into())),
    }
}

impl SqliteTx<'_> {
    fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, Failed> {
        Ok(self.0.prepare_cached(sql)?.execute(params_from_iter(values))?)
    }

    fn read<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&dyn Row) -> Result<T, Failed>,
    ) -> Result<Vec<T>, Failed> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    fn add(&self, event: &NewEvent) -> Result<(), Failed> {
        let sql =
            "INSERT INTO events (id, session_id, type, payload, source, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let NewEvent { id, session, kind, payload, source, created_at } = event;
        self.run(sql, values![id, session, kind, payload, *source, *created_at])?;
        let sql = "INSERT INTO outbox (endpoint, event_seq, session_id, due_at)
                   SELECT name, ?1, ?2, ?3 FROM endpoints
                   WHERE is_on AND (types = '' OR instr(' ' || types || ' ', ' ' || ?4 || ' '))";
        self.run(sql, values![self.0.last_insert_rowid(), session, *created_at, kind]).map(drop)
    }
}

impl Tx for SqliteTx<'_> {
    const ENGINE: Engine = Engine::Sqlite;

    fn execute(&self, sql: &str, values: &[Value<'_>]) -> impl Future<Output = Result<usize, Failed>> + Send {
        ready(self.run(sql, values))
    }

    // Cheaper than RETURNING, for which SQLite makes a table.
    fn insert(&self, sql: &str, values: &[Value<'_>]) -> impl Future<Output = Result<Option<i64>, Failed>> + Send {
        ready(self.run(sql, values).map(|added| (added > 0).then(|| self.0.last_insert_rowid())))
    }

    fn rows<T: Send>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Row) -> Result<T, Failed> + Send,
    ) -> impl Future<Output = Result<Vec<T>, Failed>> + Send {
        ready(self.read(sql, values, read))
    }

    /// There is one writer.
    fn lock(&self, _: Vec<Lock<'_>>) -> impl Future<Output = Result<(), Failed>> + Send {
        ready(Ok(()))
    }

    fn append(&self, event: NewEvent) -> impl Future<Output = Result<(), Failed>> + Send {
        ready(self.add(&event))
    }
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Flag(flag) => ValueRef::Integer((*flag).into()),
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Row for rusqlite::Row<'_> {
    fn names(&self) -> Vec<&str> {
        self.as_ref().column_names().collect()
    }

    fn cell(&self, column: &str) -> Result<Cell<'_>, Failed> {
        Ok(match self.get_ref(column)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Number(number),
            ValueRef::Real(_) => return Err(damaged(format_args!("a fraction in the column {column}"))),
            ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).map_err(damaged)?),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
        })
    }
}
