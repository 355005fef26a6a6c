//! The statements of a transaction. Those that do not wait for each other go to the database one behind the other,
//! without waiting for its answers: so do those of many deliveries that share a transaction.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{BufMut, BytesMut};
use deadpool_postgres::Object;
use futures_util::FutureExt;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::store::sql::{Cell, Engine, Failed, Lock, NewEvent, Row, Tx, Value, damaged, first};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Purpose {
    /// To change something.
    Write,
    /// To see one state, however many statements read it.
    Read,
}

/// A transaction. What becomes of it is undone unless it is committed.
pub(in crate::store) struct Transaction {
    connection: Option<Object>,
    purpose: Purpose,
    /// What the parts of the transaction want for themselves.
    turns: Mutex<HashMap<i64, Arc<tokio::sync::Mutex<()>>>>,
    /// What it has for itself in the database.
    locked: Mutex<BTreeSet<i64>>,
    /// What goes into the stream at the end, so that others wait for it as short as possible.
    events: Mutex<Vec<NewEvent>>,
}

impl Transaction {
    pub(in crate::store) fn begin(connection: Object, purpose: Purpose) -> Self {
        let sql = match purpose {
            Purpose::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            Purpose::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        // Sent and not waited for: what follows on the connection comes after it.
        let _ = connection.batch_execute(sql).now_or_never();
        let (turns, locked, events) = Default::default();
        Self { connection: Some(connection), purpose, turns, locked, events }
    }

    /// A part that does not see to what other parts do, except for what they lock.
    pub(in crate::store) fn part(&self) -> Part<'_> {
        Part { transaction: self, turns: Mutex::default() }
    }

    /// Keeps what was done, or undoes it where it did not go well.
    pub(in crate::store) async fn end<T>(mut self, done: Result<T, Failed>) -> Result<T, Failed> {
        match done {
            Ok(done) if self.purpose == Purpose::Read => {
                let _ = self.connection()?.batch_execute("COMMIT").now_or_never();
                // Back to the pool: whoever takes the connection comes after the commit.
                self.connection = None;
                Ok(done)
            }
            Ok(done) => {
                self.write_events().await?;
                // After a commit without an answer nobody knows whether it was carried out, so it is not tried again.
                let committed = self.connection()?.batch_execute("COMMIT").await.map_err(failed);
                committed.map_err(|failed| match failed {
                    Failed::Lost(why) => Failed::Unavailable(format!("it is not known whether it was kept: {why}")),
                    other => other,
                })?;
                self.connection = None;
                Ok(done)
            }
            Err(failed) => {
                if !matches!(failed, Failed::Lost(_)) && self.connection()?.batch_execute("ROLLBACK").await.is_ok() {
                    self.connection = None;
                }
                Err(failed)
            }
        }
    }

    /// Takes locks in their order, all at once.
    pub(super) async fn lock(&self, keys: BTreeSet<i64>) -> Result<(), Failed> {
        let missing: Vec<i64> = keys.difference(&held(&self.locked)).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let sql = "SELECT count(pg_advisory_xact_lock(key)) FROM unnest($1::bigint[]) AS key";
        let statement = self.connection()?.prepare_cached(sql).await.map_err(failed)?;
        self.connection()?.query(&statement, &[&missing]).await.map_err(failed)?;
        held(&self.locked).extend(missing);
        Ok(())
    }

    pub(super) fn connection(&self) -> Result<&Object, Failed> {
        self.connection.as_ref().ok_or_else(|| Failed::Other("the transaction has ended".into()))
    }

    /// Adds what happened to the stream, in one statement.
    async fn write_events(&self) -> Result<(), Failed> {
        let events = std::mem::take(&mut *held(&self.events));
        if events.is_empty() {
            return Ok(());
        }
        let sql = "WITH place AS (UPDATE stream SET newest = newest + $1 RETURNING newest - $1 AS before),
                        happened AS (
                            INSERT INTO events (seq, id, session_id, type, payload, source, created_at)
                            SELECT place.before + e.nth, e.id, e.session_id, e.type, e.payload, e.source, e.created_at
                            FROM place, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
                                 WITH ORDINALITY AS e (id, session_id, type, payload, source, created_at, nth)
                            RETURNING seq, session_id, type, created_at)
                   INSERT INTO outbox (endpoint, event_seq, session_id, due_at)
                   SELECT p.name, h.seq, h.session_id, h.created_at FROM happened h
                   JOIN endpoints p ON p.is_on
                       AND (p.types = '' OR strpos(' ' || p.types || ' ', ' ' || h.type || ' ') > 0)";
        let texts = |of: fn(&NewEvent) -> &str| events.iter().map(|event| storable(of(event))).collect::<Vec<_>>();
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let (ids, sessions) = (texts(|event| event.id.as_str()), texts(|event| event.session.as_str()));
        let (kinds, payloads) = (texts(|event| &event.kind), texts(|event| &event.payload));
        let (sources, times) = (texts(|event| event.source), events.iter().map(|event| millis(event.created_at)));
        let times: Vec<i64> = times.collect();
        let statement = self.connection()?.prepare_cached(sql).await.map_err(failed)?;
        let row: &[&(dyn ToSql + Sync)] = &[&count, &ids, &sessions, &kinds, &payloads, &sources, &times];
        self.connection()?.execute(&statement, row).await.map_err(failed).map(drop)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // A transaction is still open on it: the database undoes it when the connection is closed.
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

/// A part of a transaction.
pub(in crate::store) struct Part<'t> {
    transaction: &'t Transaction,
    turns: Mutex<BTreeMap<i64, OwnedMutexGuard<()>>>,
}

impl Part<'_> {
    async fn prepared(&self, sql: &str) -> Result<(&Object, Statement), Failed> {
        let connection = self.transaction.connection()?;
        Ok((connection, connection.prepare_cached(&with_dollars(sql)).await.map_err(failed)?))
    }
}

fn parameters<'v>(values: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Tx for Part<'_> {
    const ENGINE: Engine = Engine::Postgres;

    async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, Failed> {
        let (connection, statement) = self.prepared(sql).await?;
        let changed = connection.execute(&statement, &parameters(values)).await.map_err(failed)?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    async fn insert(&self, sql: &str, values: &[Value<'_>]) -> Result<Option<i64>, Failed> {
        first(self, &format!("{sql} RETURNING seq"), values, |row| row.number("seq")).await
    }

    async fn rows<T: Send>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&dyn Row) -> Result<T, Failed> + Send,
    ) -> Result<Vec<T>, Failed> {
        let (connection, statement) = self.prepared(sql).await?;
        let rows = connection.query(&statement, &parameters(values)).await.map_err(failed)?;
        rows.iter().map(|row| read(row)).collect()
    }

    async fn lock(&self, locks: Vec<Lock<'_>>) -> Result<(), Failed> {
        let keys: BTreeSet<i64> = locks.iter().map(key).collect();
        for key in &keys {
            if held(&self.turns).contains_key(key) {
                continue;
            }
            let turn = Arc::clone(held(&self.transaction.turns).entry(*key).or_default());
            let turn = turn.lock_owned().await;
            if let Entry::Vacant(place) = held(&self.turns).entry(*key) {
                place.insert(turn);
            }
        }
        self.transaction.lock(keys).await
    }

    async fn append(&self, event: NewEvent) -> Result<(), Failed> {
        held(&self.transaction.events).push(event);
        Ok(())
    }
}

/// What a lock is about, as a number: two that share one by chance only wait for each other.
pub(super) fn key(lock: &Lock<'_>) -> i64 {
    let hash = Sha256::new();
    let hash = match lock {
        Lock::Reference { provider, reference } => hash.chain_update(format!("reference {provider} {reference}")),
        Lock::Session(session) => hash.chain_update("session ").chain_update(session.as_str()),
        Lock::Body(sha256) => hash.chain_update("body ").chain_update(sha256),
        Lock::Gate(provider) => hash.chain_update("gate ").chain_update(provider),
        Lock::Pruning => hash.chain_update("pruning"),
    };
    let hash: [u8; 32] = hash.finalize().into();
    i64::from_be_bytes(std::array::from_fn(|index| hash[index]))
}

/// Parameters are `?1` in what all stores share, and `$1` here.
fn with_dollars(sql: &str) -> String {
    let mut parts = sql.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let sign = if part.starts_with(|first: char| first.is_ascii_digit()) { '$' } else { '?' };
        text + sign.encode_utf8(&mut [0; 4]) + part
    })
}

/// PostgreSQL has no text with a zero in it.
pub(in crate::store) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Statements are prepared, limits set and news heard for as long as a connection lasts.
pub(super) fn pooled(why: &str) -> Failed {
    Failed::Other(format!(
        "database_pooled: something like PgBouncer is in front of the database ({why}); name the database"
    ))
}

/// What an error of the database means for the transaction; what it says of values is left out.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(in crate::store) fn failed(error: tokio_postgres::Error) -> Failed {
    if let Some(why) = distrusted(&error) {
        return Failed::Other(format!(
            "the database's certificate is not accepted: {why}; `sslrootcert` names who vouches for it"
        ));
    }
    let Some(told) = error.as_db_error() else {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        let is_lost =
            error.is_closed() || error.source().is_some_and(<dyn std::error::Error + 'static>::is::<std::io::Error>);
        let why = format!("{error}{cause}");
        return if is_lost { Failed::Lost(why) } else { Failed::Other(why) };
    };
    let why = format!("{} ({})", told.message(), told.code().code());
    match told.code() {
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED | &SqlState::LOCK_NOT_AVAILABLE => {
            Failed::Conflict(why)
        }
        // The database ends, or is no longer the one that takes writes.
        &SqlState::READ_ONLY_SQL_TRANSACTION
        | &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        // A newer server has changed a table: what the connection has prepared is no longer of use.
        | &SqlState::FEATURE_NOT_SUPPORTED => Failed::Lost(why),
        &SqlState::QUERY_CANCELED => Failed::Unavailable(why),
        &SqlState::PROTOCOL_VIOLATION if told.message().contains("startup parameter") => pooled(&why),
        code if code.code().starts_with("57P") || code.code().starts_with("08") => Failed::Lost(why),
        code if code.code().starts_with("53") => Failed::Unavailable(why),
        _ => Failed::Other(why),
    }
}

/// What is wrong with a certificate, if that is it.
fn distrusted(error: &tokio_postgres::Error) -> Option<String> {
    let cause = error.source()?.downcast_ref::<std::io::Error>()?.get_ref()?;
    let cause = cause.downcast_ref::<rustls::Error>()?;
    matches!(cause, rustls::Error::InvalidCertificate(_)).then(|| cause.to_string())
}

impl ToSql for Value<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, wanted) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Flag(flag), &Type::BOOL) => out.put_u8((*flag).into()),
            (Self::Number(number), &Type::INT8) => out.put_i64(*number),
            (Self::Text(text), &Type::TEXT) => out.put_slice(storable(text).as_bytes()),
            (Self::Bytes(bytes), &Type::BYTEA) => out.put_slice(bytes),
            _ => return Err(format!("{wanted} is wanted where there is something else").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Row for tokio_postgres::Row {
    fn names(&self) -> Vec<&str> {
        self.columns().iter().map(tokio_postgres::Column::name).collect()
    }

    fn cell(&self, column: &str) -> Result<Cell<'_>, Failed> {
        let number = self.columns().iter().position(|known| known.name() == column);
        let index = number.ok_or_else(|| damaged(format_args!("there is no column {column}")))?;
        let cell = match *self.columns()[index].type_() {
            Type::BOOL => self.try_get::<_, Option<bool>>(index).map(|flag| flag.map(|flag| Cell::Number(flag.into()))),
            Type::INT8 => self.try_get::<_, Option<i64>>(index).map(|number| number.map(Cell::Number)),
            Type::INT4 => self.try_get::<_, Option<i32>>(index).map(|number| number.map(|it| Cell::Number(it.into()))),
            Type::BYTEA => self.try_get::<_, Option<&[u8]>>(index).map(|bytes| bytes.map(Cell::Bytes)),
            _ => self.try_get::<_, Option<&str>>(index).map(|text| text.map(Cell::Text)),
        };
        Ok(cell.map_err(failed)?.unwrap_or(Cell::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameters_become_dollars() {
        assert_eq!(with_dollars("a = ?1 AND b = '?' OR c = ?12"), "a = $1 AND b = '?' OR c = $12");
    }

    #[test]
    fn locks_of_different_things_differ() {
        let keys: BTreeSet<_> = [Lock::Gate("p"), Lock::Gate("q"), Lock::Pruning].iter().map(key).collect();
        assert_eq!(keys.len(), 3);
    }
}
