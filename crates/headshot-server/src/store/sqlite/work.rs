//! Every query of the outbox.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{from_millis, optional_timestamp, own_id, to_millis};
use super::writer::News;
use crate::ids::{PhotoId, ProviderSessionId, SessionId};
use crate::store::{Task, Work};

/// Asks for a re-read now; an attempt under way will be followed by another.
pub(super) fn wish_refresh(
    tx: &Connection,
    news: &mut News,
    session: &SessionId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (kind, session_id, due_at) VALUES ('refresh_session', ?1, ?2)
               ON CONFLICT DO UPDATE SET due_at = min(due_at, excluded.due_at), wishes = wishes + 1, attempts = 0";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), to_millis(now)])?;
    news.work_is_due();
    Ok(())
}

/// Plans a re-read in case no delivery comes before.
pub(super) fn plan_refresh(tx: &Connection, session: &SessionId, due_at: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (kind, session_id, due_at) VALUES ('refresh_session', ?1, ?2) ON CONFLICT DO NOTHING";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), to_millis(due_at)]).map(drop)
}

/// Asks for a copy now; a row that waits after failed attempts waits on, unless its link is a fresh one.
pub(super) fn wish_copy(
    tx: &Connection,
    session: &SessionId,
    photo: &str,
    deadline_at: i64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (kind, session_id, photo_id, due_at, deadline_at)
               VALUES ('copy_photo', ?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET 
                   due_at = iif(deadline_at IS excluded.deadline_at, due_at, min(due_at, excluded.due_at)),
                   wishes = wishes + 1, deadline_at = excluded.deadline_at";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), photo, to_millis(now), deadline_at]).map(drop)
}

/// Leases what is due: re-reads first, then the chosen photos, then what expires first.
pub(super) fn claim(tx: &Connection, now: Timestamp, lease: Duration, limit: usize) -> rusqlite::Result<Vec<Work>> {
    let sql = "SELECT w.id, w.lease, w.wishes, w.attempts, w.session_id, w.photo_id,
                      s.provider, s.provider_session_id, p.source_url, p.source_expires_at
               FROM work w JOIN sessions s ON s.id = w.session_id LEFT JOIN photos p ON p.id = w.photo_id
               WHERE w.due_at <= ?1 AND (w.lease_until IS NULL OR w.lease_until <= ?1)
               ORDER BY w.photo_id IS NOT NULL, p.provider_photo_id IS NOT s.favorite_provider_photo_id,
                        ifnull(w.deadline_at, w.due_at), w.id
               LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(sql)?;
    let claimed: Vec<Work> = statement.query_map(params![to_millis(now), limit], read)?.collect::<Result<_, _>>()?;
    let sql = "UPDATE work SET lease = ?2, attempts = ?3, lease_until = ?4 WHERE id = ?1";
    let lease_until = to_millis(now + lease);
    for work in &claimed {
        tx.prepare_cached(sql)?.execute(params![work.id, work.lease, work.attempts, lease_until])?;
    }
    Ok(claimed)
}

pub(super) fn next_due_at(tx: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT min(max(due_at, ifnull(lease_until, due_at))) FROM work";
    Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(from_millis))
}

/// Whether the lease is still ours and nobody asked again since.
pub(super) fn is_current(tx: &Connection, work: &Work) -> rusqlite::Result<bool> {
    let sql = "SELECT wishes = ?3 FROM work WHERE id = ?1 AND lease = ?2";
    let current = tx.prepare_cached(sql)?.query_row(params![work.id, work.lease, work.wishes], |row| row.get(0));
    Ok(current.optional()?.unwrap_or(false))
}

/// Ends our lease and leaves the row due as it is.
pub(super) fn release(tx: &Connection, news: &mut News, work: &Work) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET lease_until = NULL WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease])?;
    news.work_is_due();
    Ok(())
}

/// Ends our lease after an attempt that went well; the row is due again at `due_at`.
pub(super) fn reschedule(tx: &Connection, work: &Work, due_at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET due_at = ?3, lease_until = NULL, attempts = 0, last_error = NULL
               WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease, to_millis(due_at)]).map(drop)
}

/// Ends our lease after an attempt that failed; where somebody asked again since, the row stays due.
pub(super) fn postpone(tx: &Connection, work: &Work, due_at: Timestamp, reason: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET due_at = iif(wishes = ?3, ?4, due_at), lease_until = NULL, last_error = ?5
               WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease, work.wishes, to_millis(due_at), reason]).map(drop)
}

/// Removes a row that is done; `false` where the lease was no longer ours.
pub(super) fn finish(tx: &Connection, work: &Work) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM work WHERE id = ?1 AND lease = ?2";
    Ok(tx.prepare_cached(sql)?.execute(params![work.id, work.lease])? == 1)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Work> {
    Ok(Work {
        id: row.get("id")?,
        lease: row.get::<_, i64>("lease")? + 1,
        wishes: row.get("wishes")?,
        attempts: row.get::<_, u32>("attempts")? + 1,
        session: own_id(row, "session_id", SessionId::parse)?,
        provider: row.get("provider")?,
        provider_session_id: ProviderSessionId(row.get("provider_session_id")?),
        task: task(row)?,
    })
}

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    if row.get::<_, Option<String>>("photo_id")?.is_none() {
        return Ok(Task::RefreshSession);
    }
    Ok(Task::CopyPhoto {
        photo: own_id(row, "photo_id", PhotoId::parse)?,
        source_url: row.get("source_url")?,
        source_expires_at: optional_timestamp(row, "source_expires_at")?,
    })
}
