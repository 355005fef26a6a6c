//! The queries of what waits.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::rows::{timestamp, to_millis};
use crate::store::{Backlog, Lane, PassedGate};

pub(super) fn find(tx: &Connection, now: Timestamp) -> rusqlite::Result<Backlog> {
    let (sendings, sendings_age) = sendings(tx, now)?;
    Ok(Backlog { lanes: lanes(tx, now)?, sendings, sendings_age, gates: gates(tx)? })
}

fn lanes(tx: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Lane>> {
    let sql = "SELECT provider, kind, count(*) AS count, sum(due_at <= ?1) AS due, max(?1 - min(due_at), 0) AS age
               FROM work GROUP BY provider, kind ORDER BY provider, kind";
    let lane = |row: &Row<'_>| {
        Ok(Lane {
            provider: row.get("provider")?,
            task: row.get("kind")?,
            rows: number(row, "count")?,
            due: number(row, "due")?,
            age: Duration::from_millis(number(row, "age")?),
        })
    };
    tx.prepare_cached(sql)?.query_map(params![to_millis(now)], lane)?.collect()
}

fn sendings(tx: &Connection, now: Timestamp) -> rusqlite::Result<(u64, Duration)> {
    let sql = "SELECT count(*) AS count, max(ifnull(?1 - min(v.created_at), 0), 0) AS age
               FROM outbox o JOIN endpoints e ON e.name = o.endpoint JOIN events v ON v.seq = o.event_seq
               WHERE o.state = 'due' AND e.is_on";
    let read = |row: &Row<'_>| Ok((number(row, "count")?, Duration::from_millis(number(row, "age")?)));
    tx.prepare_cached(sql)?.query_row(params![to_millis(now)], read)
}

fn gates(tx: &Connection) -> rusqlite::Result<Vec<PassedGate>> {
    let sql = "SELECT provider, paid_until, closed_until FROM gates ORDER BY provider";
    let gate = |row: &Row<'_>| {
        let (paid_until, closed_until) = (timestamp(row, "paid_until")?, timestamp(row, "closed_until")?);
        Ok(PassedGate { provider: row.get("provider")?, paid_until, closed_until })
    };
    tx.prepare_cached(sql)?.query_map([], gate)?.collect()
}

fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}
