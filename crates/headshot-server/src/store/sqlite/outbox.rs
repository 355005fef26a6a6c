//! The queries of what is still to be sent to the host application.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::events;
use super::rows::{from_millis, to_millis};
use crate::store::{Endpoint, Outcome, Sending};

/// Takes over the configured addresses: they are told what happens from now on, and what is still due.
pub(super) fn set_endpoints(tx: &Connection, endpoints: &[Endpoint]) -> rusqlite::Result<()> {
    tx.execute("UPDATE endpoints SET is_on = 0", [])?;
    let sql = "INSERT INTO endpoints (name, types, is_on) VALUES (?1, ?2, 1)
               ON CONFLICT (name) DO UPDATE SET types = excluded.types, is_on = 1, failures = 0, sick_until = 0";
    let mut statement = tx.prepare_cached(sql)?;
    endpoints
        .iter()
        .try_for_each(|endpoint| statement.execute(params![endpoint.name, endpoint.types.join(" ")]).map(drop))
}

/// Leases what is due to one address, the oldest first; of each session only the oldest, so that it is told in order.
pub(super) fn claim(
    tx: &Connection,
    endpoint: &str,
    now: Timestamp,
    lease: Duration,
    limit: usize,
) -> rusqlite::Result<Vec<Sending>> {
    let sql = "SELECT o.id AS sending, o.endpoint, o.attempts, o.lease, e.failures, v.*
               FROM outbox o JOIN endpoints e ON e.name = o.endpoint JOIN events v ON v.seq = o.event_seq
               WHERE o.endpoint = ?3 AND o.state = 'due' AND o.due_at <= ?1
                   AND (o.lease_until IS NULL OR o.lease_until <= ?1) AND e.is_on AND e.sick_until <= ?1
                   AND NOT EXISTS (SELECT 1 FROM outbox earlier
                                   WHERE earlier.state = 'due' AND earlier.endpoint = o.endpoint
                                       AND earlier.session_id = o.session_id AND earlier.event_seq < o.event_seq)
               ORDER BY o.due_at, o.event_seq LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(sql)?;
    let claimed: Vec<Sending> =
        statement.query_map(params![to_millis(now), limit, endpoint], read)?.collect::<Result<_, _>>()?;
    let sql = "UPDATE outbox SET lease = ?2, attempts = ?3, lease_until = ?4 WHERE id = ?1";
    let lease_until = to_millis(now + lease);
    for sending in &claimed {
        tx.prepare_cached(sql)?.execute(params![sending.id, sending.lease, sending.attempts, lease_until])?;
    }
    Ok(claimed)
}

/// When something is due to the address next, leased rows at the end of their lease.
pub(super) fn next_due_at(tx: &Connection, endpoint: &str) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT min(max(o.due_at, ifnull(o.lease_until, 0), e.sick_until))
               FROM outbox o JOIN endpoints e ON e.name = o.endpoint WHERE o.endpoint = ?1 AND o.state = 'due' AND e.is_on";
    Ok(tx.prepare_cached(sql)?.query_row([endpoint], |row| row.get::<_, Option<i64>>(0))?.map(from_millis))
}

/// Writes what became of an attempt; one whose lease has ended is no longer ours to settle.
pub(super) fn settle(tx: &Connection, sending: &Sending, outcome: &Outcome, now: Timestamp) -> rusqlite::Result<()> {
    let (state, due_at) = match outcome.retry_at {
        Some(retry_at) => ("due", retry_at),
        None if outcome.has_arrived => ("delivered", now),
        None => ("dead", now),
    };
    let sql = "UPDATE outbox SET state = ?3, due_at = ?4, lease_until = NULL, last_status = ?5, last_error = ?6,
                                 settled_at = iif(?3 = 'due', NULL, ?7)
               WHERE id = ?1 AND lease = ?2";
    let row =
        params![sending.id, sending.lease, state, to_millis(due_at), outcome.status, outcome.error, to_millis(now)];
    if tx.prepare_cached(sql)?.execute(row)? == 0 {
        return Ok(());
    }
    let sql = "UPDATE endpoints SET failures = iif(?2, 0, failures + 1), sick_until = ?3, is_on = is_on AND NOT ?4
               WHERE name = ?1";
    let sick_until = outcome.sick_until.map_or(0, to_millis);
    tx.prepare_cached(sql)?
        .execute(params![sending.endpoint, outcome.has_arrived, sick_until, outcome.is_unwanted])
        .map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Sending> {
    Ok(Sending {
        id: row.get("sending")?,
        endpoint: row.get("endpoint")?,
        attempts: row.get::<_, u32>("attempts")? + 1,
        lease: row.get::<_, i64>("lease")? + 1,
        failures: row.get("failures")?,
        event: events::read(row)?,
    })
}
