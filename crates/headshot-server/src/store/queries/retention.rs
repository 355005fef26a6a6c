//! The queries that remove what is too old, so many rows of each kind at a time.

use jiff::Timestamp;

use super::{photos, sessions, tokens, work};
use crate::store::news::News;
use crate::store::sql::{Failed, Lock, Row, Tx, values};
use crate::store::{Horizons, Pruned};

pub(in crate::store) async fn prune(
    tx: &impl Tx,
    news: &mut News,
    horizons: &Horizons,
    limit: usize,
    now: Timestamp,
) -> Result<Pruned, Failed> {
    // Two at once would only be in each other's way.
    tx.lock(vec![Lock::Pruning]).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(Pruned {
        photos: remove_replaced_photos(tx, news, horizons.replaced_photos, limit, now).await?,
        bodies: forget_bodies(tx, horizons.bodies, limit).await?,
        deliveries: remove_deliveries(tx, horizons.deliveries, limit).await?,
        sendings: remove_delivered(tx, horizons.outbox, limit).await?,
        events: remove_events(tx, horizons.events, limit).await?,
        tokens: tokens::forget_expired(tx, horizons.expired_tokens, limit).await?,
    })
}

async fn forget_bodies(tx: &impl Tx, before: Timestamp, limit: i64) -> Result<usize, Failed> {
    let sql = "UPDATE deliveries SET body = NULL WHERE seq IN (
                   SELECT seq FROM deliveries WHERE body IS NOT NULL AND received_at < ?1 ORDER BY received_at LIMIT ?2)";
    tx.execute(sql, values![before, limit]).await
}

async fn remove_deliveries(tx: &impl Tx, before: Timestamp, limit: i64) -> Result<usize, Failed> {
    let sql = "SELECT seq FROM deliveries WHERE received_at < ?1 ORDER BY received_at LIMIT ?2";
    let too_old = tx.rows(sql, values![before, limit], |row| row.number("seq")).await?;
    for seq in &too_old {
        tx.execute("DELETE FROM delivery_refs WHERE seq = ?1", values![*seq]).await?;
        tx.execute("DELETE FROM deliveries WHERE seq = ?1", values![*seq]).await?;
    }
    Ok(too_old.len())
}

/// Their files go as work, like those of deleted sessions.
async fn remove_replaced_photos(
    tx: &impl Tx,
    news: &mut News,
    before: Timestamp,
    limit: i64,
    now: Timestamp,
) -> Result<usize, Failed> {
    let replaced = photos::replaced(tx, before, limit).await?;
    let of: Vec<_> = replaced.iter().map(|(_, session)| session.clone()).collect();
    sessions::lock(tx, &of).await?;
    for (photo, session) in &replaced {
        // Since it was found, the provider may have listed it again.
        let Some(file) = photos::remove_replaced(tx, photo).await? else { continue };
        work::cancel_copy(tx, session, photo).await?;
        work::wish_removal(tx, news, session, &file, now).await?;
    }
    Ok(replaced.len())
}

/// What was given up stays as long as its event, so that it can be sent again.
async fn remove_delivered(tx: &impl Tx, before: Timestamp, limit: i64) -> Result<usize, Failed> {
    let sql = "DELETE FROM outbox WHERE id IN (
                   SELECT id FROM outbox WHERE state = 'delivered' AND settled_at < ?1 LIMIT ?2)";
    tx.execute(sql, values![before, limit]).await
}

/// From the beginning of the stream up to the first event that is not too old, or that an address is still to be told,
/// so that what is left of the stream has no gap.
async fn remove_events(tx: &impl Tx, before: Timestamp, limit: i64) -> Result<usize, Failed> {
    let sql = "SELECT seq, (created_at < ?1 AND NOT EXISTS (
                   SELECT 1 FROM outbox o JOIN endpoints e ON e.name = o.endpoint
                   WHERE o.event_seq = events.seq AND o.state = 'due' AND e.is_on)) AS is_too_old
               FROM events ORDER BY seq LIMIT ?2";
    let read = |row: &dyn Row| Ok((row.number("seq")?, row.flag("is_too_old")?));
    let oldest = tx.rows(sql, values![before, limit], read).await?;
    let too_old: Vec<_> = oldest.into_iter().take_while(|(_, is_too_old)| *is_too_old).collect();
    for (seq, _) in &too_old {
        tx.execute("DELETE FROM outbox WHERE event_seq = ?1", values![*seq]).await?;
        tx.execute("DELETE FROM events WHERE seq = ?1", values![*seq]).await?;
    }
    Ok(too_old.len())
}
