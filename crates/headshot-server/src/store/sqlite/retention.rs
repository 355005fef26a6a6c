//! The queries that remove what is too old, so many rows of each kind at a time.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::rows::{own_id, to_millis};
use super::writer::News;
use super::{photos, tokens, work};
use crate::ids::{PhotoId, SessionId};
use crate::store::{Horizons, Pruned};

pub(super) fn prune(
    tx: &Connection,
    news: &mut News,
    horizons: &Horizons,
    limit: usize,
    now: Timestamp,
) -> rusqlite::Result<Pruned> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(Pruned {
        bodies: forget_bodies(tx, horizons.bodies, limit)?,
        deliveries: remove_deliveries(tx, horizons.deliveries, limit)?,
        photos: remove_replaced_photos(tx, news, horizons.replaced_photos, limit, now)?,
        sendings: remove_delivered(tx, horizons.outbox, limit)?,
        events: remove_events(tx, horizons.events, limit)?,
        tokens: tokens::forget_expired(tx, horizons.expired_tokens, limit)?,
    })
}

fn forget_bodies(tx: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    let sql = "UPDATE deliveries SET body = NULL WHERE seq IN (
                   SELECT seq FROM deliveries WHERE body IS NOT NULL AND received_at < ?1 ORDER BY received_at LIMIT ?2)";
    tx.prepare_cached(sql)?.execute(params![to_millis(before), limit])
}

fn remove_deliveries(tx: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    let sql = "SELECT seq FROM deliveries WHERE received_at < ?1 ORDER BY received_at LIMIT ?2";
    let too_old: Vec<i64> = tx
        .prepare_cached(sql)?
        .query_map(params![to_millis(before), limit], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for seq in &too_old {
        tx.prepare_cached("DELETE FROM delivery_refs WHERE seq = ?1")?.execute([seq])?;
        tx.prepare_cached("DELETE FROM deliveries WHERE seq = ?1")?.execute([seq])?;
    }
    Ok(too_old.len())
}

/// Their files go as work, like those of deleted sessions.
fn remove_replaced_photos(
    tx: &Connection,
    news: &mut News,
    before: Timestamp,
    limit: i64,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let sql = "SELECT id, session_id FROM photos WHERE dropped_at IS NOT NULL AND dropped_at < ?1 LIMIT ?2";
    let replaced: Vec<(PhotoId, SessionId)> = tx
        .prepare_cached(sql)?
        .query_map(params![to_millis(before), limit], |row| {
            Ok((own_id(row, "id", PhotoId::parse)?, own_id(row, "session_id", SessionId::parse)?))
        })?
        .collect::<Result<_, _>>()?;
    for (photo, session) in &replaced {
        work::cancel_copy(tx, session, photo)?;
        let file = photos::remove(tx, photo)?;
        work::wish_removal(tx, news, session, &file, now)?;
    }
    Ok(replaced.len())
}

/// What was given up stays as long as its event, so that it can be sent again.
fn remove_delivered(tx: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM outbox WHERE id IN (
                   SELECT id FROM outbox WHERE state = 'delivered' AND settled_at < ?1 LIMIT ?2)";
    tx.prepare_cached(sql)?.execute(params![to_millis(before), limit])
}

/// From the beginning of the stream up to the first event that is not too old, or that an address is still to be told,
/// so that what is left of the stream has no gap.
fn remove_events(tx: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    let sql = "SELECT seq, created_at < ?1 AND NOT EXISTS (
                   SELECT 1 FROM outbox o JOIN endpoints e ON e.name = o.endpoint
                   WHERE o.event_seq = events.seq AND o.state = 'due' AND e.is_on)
               FROM events ORDER BY seq LIMIT ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params![to_millis(before), limit])?;
    let mut removed = 0;
    while let Some(row) = rows.next()? {
        let (seq, is_too_old): (i64, bool) = (row.get(0)?, row.get(1)?);
        if !is_too_old {
            break;
        }
        tx.prepare_cached("DELETE FROM outbox WHERE event_seq = ?1")?.execute([seq])?;
        tx.prepare_cached("DELETE FROM events WHERE seq = ?1")?.execute([seq])?;
        removed += 1;
    }
    Ok(removed)
}
