//! The queries of what waits.

use std::time::Duration;

use jiff::Timestamp;

use crate::store::sql::{Failed, Row, Tx, first, values};
use crate::store::{Backlog, Lane, PassedGate};

pub(in crate::store) async fn find(tx: &impl Tx, now: Timestamp) -> Result<Backlog, Failed> {
    let (sendings, sendings_age) = sendings(tx, now).await?;
    Ok(Backlog { lanes: lanes(tx, now).await?, sendings, sendings_age, gates: gates(tx).await? })
}

async fn lanes(tx: &impl Tx, now: Timestamp) -> Result<Vec<Lane>, Failed> {
    let sql = "SELECT provider, kind, count(*) AS count, sum(CASE WHEN due_at <= ?1 THEN 1 ELSE 0 END) AS due,
                   max(?1 - min(due_at), 0) AS age
               FROM work GROUP BY provider, kind ORDER BY provider, kind";
    tx.rows(sql, values![now], |row| {
        Ok(Lane {
            provider: row.text("provider")?,
            task: row.text("kind")?,
            rows: row.number("count")?.unsigned_abs(),
            due: row.number("due")?.unsigned_abs(),
            age: age(row)?,
        })
    })
    .await
}

async fn sendings(tx: &impl Tx, now: Timestamp) -> Result<(u64, Duration), Failed> {
    let sql = "SELECT count(*) AS count, max(coalesce(?1 - min(v.created_at), 0), 0) AS age
               FROM outbox o JOIN endpoints e ON e.name = o.endpoint JOIN events v ON v.seq = o.event_seq
               WHERE o.state = 'due' AND e.is_on";
    let read = |row: &dyn Row| Ok((row.number("count")?.unsigned_abs(), age(row)?));
    Ok(first(tx, sql, values![now], read).await?.unwrap_or_default())
}

async fn gates(tx: &impl Tx) -> Result<Vec<PassedGate>, Failed> {
    let sql = "SELECT provider, paid_until, closed_until FROM gates ORDER BY provider";
    tx.rows(sql, values![], |row| {
        let (paid_until, closed_until) = (row.time("paid_until")?, row.time("closed_until")?);
        Ok(PassedGate { provider: row.text("provider")?, paid_until, closed_until })
    })
    .await
}

fn age(row: &dyn Row) -> Result<Duration, Failed> {
    Ok(Duration::from_millis(row.number("age")?.unsigned_abs()))
}
