//! What a transaction is to the code that all stores share: one text of SQL, values, rows and locks.
//!
//! Queries are written once, in the words that SQLite and PostgreSQL have in common (the schema of the latter adds a few
//! functions that SQLite has); what differs is asked of [`Tx::ENGINE`].

use std::borrow::Cow;
use std::future::Future;

use jiff::Timestamp;

use super::StoreError;
use crate::ids::{EventId, PhotoId, ProviderPhotoId, SessionId, UploadId};
use crate::references::Reference;

/// An open transaction, or a connection that only reads.
pub(super) trait Tx {
    const ENGINE: Engine;

    /// Carries out a statement; answers with the number of rows that it changed.
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> impl Future<Output = Result<usize, Failed>> + Send;

    /// Adds a row of a table whose rows are numbered by `seq`, and answers with its number; `None` where the statement
    /// added none.
    fn insert(&self, sql: &str, values: &[Value<'_>]) -> impl Future<Output = Result<Option<i64>, Failed>> + Send;

    /// Reads every row.
    fn rows<T: Send>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Row) -> Result<T, Failed> + Send,
    ) -> impl Future<Output = Result<Vec<T>, Failed>> + Send;

    /// Keeps everybody else from what the locks are about until the transaction ends. A transaction takes them in the
    /// order of [`Lock`]'s variants.
    fn lock(&self, locks: Vec<Lock<'_>>) -> impl Future<Output = Result<(), Failed>> + Send;

    /// Adds an event to the stream, and to what is to be sent to every address that is told such events.
    fn append(&self, event: NewEvent) -> impl Future<Output = Result<(), Failed>> + Send;
}

/// What stands behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// What makes a query's rows nobody else's until the transaction ends. In SQLite there is one writer.
    pub(super) fn locking(self, clause: &'static str) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => clause,
        }
    }
}

/// What a transaction may want for itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lock<'l> {
    /// That a session has this reference, or none has.
    Reference { provider: &'l str, reference: &'l Reference },
    /// A session with all that belongs to it.
    Session(&'l SessionId),
    /// That a body of this SHA-256 came.
    Body(&'l [u8; 32]),
    /// The gate before a provider.
    Gate(&'l str),
    /// Removing what is too old.
    Pruning,
}

/// An event on its way into the stream.
pub(super) struct NewEvent {
    pub(super) id: EventId,
    pub(super) session: SessionId,
    pub(super) kind: String,
    pub(super) payload: String,
    pub(super) source: &'static str,
    pub(super) created_at: Timestamp,
}

/// Why a statement was not carried out; nothing of its transaction is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failed {
    /// Others were in the way: the same transaction can go well the next time.
    #[error("{0}")]
    Conflict(String),
    /// The connection is gone.
    #[error("{0}")]
    Lost(String),
    /// The database is too slow or too full.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else, such as a value that cannot be kept.
    #[error("{0}")]
    Other(String),
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        Self(failed.to_string())
    }
}

/// What is there can not have been written by us.
pub(super) fn damaged(what: impl std::fmt::Display) -> Failed {
    Failed::Other(format!("the database is damaged: {what}"))
}

/// The first row.
pub(super) async fn first<T: Send>(
    tx: &impl Tx,
    sql: &str,
    values: &[Value<'_>],
    read: impl FnMut(&dyn Row) -> Result<T, Failed> + Send,
) -> Result<Option<T>, Failed> {
    Ok(tx.rows(sql, values, read).await?.into_iter().next())
}

/// Whether there is a row.
pub(super) async fn exists(tx: &impl Tx, sql: &str, values: &[Value<'_>]) -> Result<bool, Failed> {
    Ok(first(tx, sql, values, |_| Ok(())).await?.is_some())
}

/// A value that a statement is given.
#[derive(Clone, Debug)]
pub(super) enum Value<'v> {
    Null,
    Flag(bool),
    Number(i64),
    Text(Cow<'v, str>),
    Bytes(&'v [u8]),
}

/// The values of a statement, each of whatever type.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::sql::Value::from($value)),*] };
}
pub(super) use values;

macro_rules! value_from {
    ($($type:ty, $value:ident => $as:expr;)*) => {
        $(impl<'v> From<$type> for Value<'v> {
            fn from($value: $type) -> Self {
                $as
            }
        })*
    };
}

value_from! {
    bool, flag => Self::Flag(flag);
    i64, number => Self::Number(number);
    u32, number => Self::Number(number.into());
    u16, number => Self::Number(number.into());
    Timestamp, at => Self::Number(at.as_millisecond());
    String, text => Self::Text(text.into());
    &'v str, text => Self::Text(text.into());
    &'v String, text => Self::Text(text.as_str().into());
    &'v SessionId, id => Self::Text(id.as_str().into());
    &'v PhotoId, id => Self::Text(id.as_str().into());
    &'v UploadId, id => Self::Text(id.as_str().into());
    &'v EventId, id => Self::Text(id.as_str().into());
    &'v ProviderPhotoId, id => Self::Text(id.as_str().into());
    &'v [u8], bytes => Self::Bytes(bytes);
}

impl<'v, const N: usize> From<&'v [u8; N]> for Value<'v> {
    fn from(bytes: &'v [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row that was found.
pub(super) trait Row {
    /// The names of its columns.
    fn names(&self) -> Vec<&str>;

    /// What is in a column.
    fn cell(&self, column: &str) -> Result<Cell<'_>, Failed>;
}

/// What is in a column of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'r> {
    Null,
    /// Numbers, times in milliseconds since 1970, and whether something is so (0 or 1).
    Number(i64),
    Text(&'r str),
    Bytes(&'r [u8]),
}

impl dyn Row + '_ {
    pub(super) fn text(&self, column: &str) -> Result<String, Failed> {
        self.optional_text(column)?.ok_or_else(|| unexpected(column))
    }

    pub(super) fn optional_text(&self, column: &str) -> Result<Option<String>, Failed> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.to_owned())),
            _ => Err(unexpected(column)),
        }
    }

    pub(super) fn number(&self, column: &str) -> Result<i64, Failed> {
        self.optional_number(column)?.ok_or_else(|| unexpected(column))
    }

    pub(super) fn optional_number(&self, column: &str) -> Result<Option<i64>, Failed> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Number(number) => Ok(Some(number)),
            _ => Err(unexpected(column)),
        }
    }

    pub(super) fn small_number(&self, column: &str) -> Result<u32, Failed> {
        u32::try_from(self.number(column)?).map_err(|_| unexpected(column))
    }

    pub(super) fn flag(&self, column: &str) -> Result<bool, Failed> {
        self.number(column).map(|number| number != 0)
    }

    pub(super) fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N], Failed> {
        match self.cell(column)? {
            Cell::Bytes(bytes) => bytes.try_into().map_err(|_| unexpected(column)),
            _ => Err(unexpected(column)),
        }
    }

    pub(super) fn time(&self, column: &str) -> Result<Timestamp, Failed> {
        self.number(column).map(from_millis)
    }

    pub(super) fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, Failed> {
        Ok(self.optional_number(column)?.map(from_millis))
    }

    /// An id of ours.
    pub(super) fn id<T>(&self, column: &str, parse: fn(&str) -> Option<T>) -> Result<T, Failed> {
        parse(&self.text(column)?).ok_or_else(|| unexpected(column))
    }
}

pub(super) fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

fn unexpected(column: &str) -> Failed {
    damaged(format_args!("the column {column} does not hold what it should"))
}
