//! The queries of deliveries.

use rusqlite::{Connection, named_params, params};
use sha2::{Digest, Sha256};

use super::rows::to_millis;
use crate::ids::SessionId;
use crate::pace::REPEATED_BODY_WINDOW;
use crate::references::{Reference, References};
use crate::store::{NewDelivery, NewSession};

/// Keeps a delivery; `false` where it was kept before.
pub(super) fn insert(tx: &Connection, delivery: &NewDelivery, keeps_body: bool) -> rusqlite::Result<bool> {
    let body_sha256: [u8; 32] = Sha256::digest(&delivery.body).into();
    if is_repeated(tx, delivery, body_sha256)? {
        return Ok(false);
    }
    let event = delivery.event.as_ref();
    let sql = "INSERT INTO deliveries (provider, event_id, subject, kind, event_created_at, trust, proof, unread, body,
                                       body_sha256, received_at)
               VALUES (:provider, :event_id, :subject, :kind, :event_created_at, :trust, :proof, :unread, :body,
                       :body_sha256, :received_at)";
    tx.prepare_cached(sql)?.execute(named_params! {
        ":provider": delivery.provider,
        ":event_id": event.and_then(|event| event.id.as_deref()),
        ":subject": delivery.references.first().map(Reference::to_string),
        ":kind": event.and_then(|event| event.kind.as_deref()),
        ":event_created_at": event.and_then(|event| event.created_at).map(to_millis),
        ":trust": delivery.trust.as_str(),
        ":proof": delivery.proof,
        ":unread": delivery.unread,
        ":body": keeps_body.then_some(&delivery.body[..]),
        ":body_sha256": body_sha256,
        ":received_at": to_millis(delivery.received_at),
    })?;
    insert_references(tx, &delivery.provider, &delivery.references, tx.last_insert_rowid())?;
    Ok(true)
}

fn is_repeated(tx: &Connection, delivery: &NewDelivery, body_sha256: [u8; 32]) -> rusqlite::Result<bool> {
    if let Some(id) = delivery.event.as_ref().and_then(|event| event.id.as_deref()) {
        let subject = delivery.references.first().map(Reference::to_string).unwrap_or_default();
        let sql = "SELECT 1 FROM deliveries WHERE provider = ?1 AND event_id = ?2 AND ifnull(subject, '') = ?3";
        return tx.prepare_cached(sql)?.exists(params![delivery.provider, id, subject]);
    }
    let since = to_millis(delivery.received_at - REPEATED_BODY_WINDOW);
    let sql = "SELECT 1 FROM deliveries
               WHERE body_sha256 = ?1 AND received_at >= ?2 AND event_id IS NULL AND provider = ?3";
    tx.prepare_cached(sql)?.exists(params![body_sha256, since, delivery.provider])
}

fn insert_references(tx: &Connection, provider: &str, references: &References, seq: i64) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO delivery_refs (provider, kind, value, seq) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = tx.prepare_cached(sql)?;
    references
        .iter()
        .try_for_each(|reference| statement.execute(params![provider, reference.kind, reference.value, seq]).map(drop))
}

/// Whether the provider told something about the session before we knew its ids: its answer and its event race.
pub(super) fn came_before(tx: &Connection, new: &NewSession) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM delivery_refs WHERE provider = ?1 AND kind = ?2 AND value = ?3";
    let mut statement = tx.prepare_cached(sql)?;
    for reference in new.references.iter() {
        if statement.exists(params![new.provider, reference.kind, reference.value])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Of a person who is gone no more is kept than that something came.
pub(super) fn forget_bodies(tx: &Connection, session: &SessionId) -> rusqlite::Result<()> {
    let sql = "UPDATE deliveries SET body = NULL
               WHERE body IS NOT NULL AND seq IN (SELECT d.seq FROM delivery_refs d
                   JOIN session_refs s USING (provider, kind, value) WHERE s.session_id = ?1)";
    tx.prepare_cached(sql)?.execute([session.as_str()]).map(drop)
}
