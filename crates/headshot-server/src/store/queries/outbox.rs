//! The queries of what is still to be sent to the host application.

use std::time::Duration;

use jiff::Timestamp;

use super::events;
use super::work::longest_lease;
use crate::store::sql::{Failed, Row, Tx, first, values};
use crate::store::{Endpoint, Outcome, Sending};

/// Takes over the configured addresses: they are told what happens from now on, and what is still due.
pub(in crate::store) async fn set_endpoints(tx: &impl Tx, endpoints: &[Endpoint]) -> Result<(), Failed> {
    tx.execute("UPDATE endpoints SET is_on = ?1", values![false]).await?;
    let sql = "INSERT INTO endpoints (name, types, is_on) VALUES (?1, ?2, ?3)
               ON CONFLICT (name) DO UPDATE SET types = excluded.types, is_on = excluded.is_on, failures = 0,
                                                sick_until = 0";
    for endpoint in endpoints {
        tx.execute(sql, values![&endpoint.name, endpoint.types.join(" "), true]).await?;
    }
    Ok(())
}

/// Leases what is due to one address, the oldest first; of each session only the oldest, so that it is told in order.
pub(in crate::store) async fn claim<T: Tx>(
    tx: &T,
    endpoint: &str,
    now: Timestamp,
    lease: Duration,
    limit: usize,
) -> Result<Vec<Sending>, Failed> {
    let sql = "SELECT o.id AS sending, o.endpoint, o.attempts, o.lease, e.failures, v.*
               FROM outbox o JOIN endpoints e ON e.name = o.endpoint JOIN events v ON v.seq = o.event_seq
               WHERE o.endpoint = ?3 AND o.state = 'due' AND o.due_at <= ?1
                   AND (o.lease_until IS NULL OR o.lease_until <= ?1 OR o.lease_until > ?4) AND e.is_on AND e.sick_until <= ?1
                   AND NOT EXISTS (SELECT 1 FROM outbox earlier
                                   WHERE earlier.state = 'due' AND earlier.endpoint = o.endpoint
                                       AND earlier.session_id = o.session_id AND earlier.event_seq < o.event_seq)
               ORDER BY o.due_at, o.event_seq LIMIT ?2";
    let sql = format!("{sql}{}", T::ENGINE.locking(" FOR UPDATE OF o SKIP LOCKED"));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let claimed = tx.rows(&sql, values![now, limit, endpoint, longest_lease(now, lease)], read).await?;
    let sql = "UPDATE outbox SET lease = ?2, attempts = ?3, lease_until = ?4 WHERE id = ?1";
    for sending in &claimed {
        tx.execute(sql, values![sending.id, sending.lease, sending.attempts, now + lease]).await?;
    }
    Ok(claimed)
}

/// When something is due to the address next, leased rows at the end of their lease.
pub(in crate::store) async fn next_due_at(tx: &impl Tx, endpoint: &str) -> Result<Option<Timestamp>, Failed> {
    let sql = "SELECT min(max(max(o.due_at, ifnull(o.lease_until, 0)), e.sick_until)) AS due_at
               FROM outbox o JOIN endpoints e ON e.name = o.endpoint WHERE o.endpoint = ?1 AND o.state = 'due' AND e.is_on";
    Ok(first(tx, sql, values![endpoint], |row| row.optional_time("due_at")).await?.flatten())
}

/// Writes what became of an attempt; one whose lease has ended is no longer ours to settle.
pub(in crate::store) async fn settle(
    tx: &impl Tx,
    sending: &Sending,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), Failed> {
    let (state, due_at) = match outcome.retry_at {
        Some(retry_at) => ("due", retry_at),
        None if outcome.has_arrived => ("delivered", now),
        None => ("dead", now),
    };
    let settled_at = (state != "due").then_some(now);
    let sql = "UPDATE outbox SET state = ?3, due_at = ?4, lease_until = NULL, last_status = ?5, last_error = ?6,
                                 settled_at = ?7
               WHERE id = ?1 AND lease = ?2";
    let error = outcome.error.as_deref();
    let row = values![sending.id, sending.lease, state, due_at, outcome.status, error, settled_at];
    if tx.execute(sql, row).await? == 0 {
        return Ok(());
    }
    let sql = "UPDATE endpoints SET failures = CASE WHEN ?2 THEN 0 ELSE failures + 1 END, sick_until = ?3,
                                    is_on = is_on AND NOT ?4
               WHERE name = ?1";
    let sick_until = outcome.sick_until.unwrap_or(Timestamp::UNIX_EPOCH);
    tx.execute(sql, values![&sending.endpoint, outcome.has_arrived, sick_until, outcome.is_unwanted]).await.map(drop)
}

fn read(row: &dyn Row) -> Result<Sending, Failed> {
    Ok(Sending {
        id: row.number("sending")?,
        endpoint: row.text("endpoint")?,
        attempts: row.small_number("attempts")? + 1,
        lease: row.number("lease")? + 1,
        failures: row.small_number("failures")?,
        event: events::read(row)?,
    })
}
