//! The queries of deliveries.

use sha2::{Digest, Sha256};

use crate::ids::SessionId;
use crate::pace::REPEATED_BODY_WINDOW;
use crate::references::{Reference, References};
use crate::store::sql::{Failed, Lock, Tx, exists, values};
use crate::store::{NewDelivery, NewSession};

/// Keeps a delivery; `false` where it was kept before.
pub(in crate::store) async fn insert(tx: &impl Tx, delivery: &NewDelivery, keeps_body: bool) -> Result<bool, Failed> {
    let body_sha256: [u8; 32] = Sha256::digest(&delivery.body).into();
    let event = delivery.event.as_ref();
    let event_id = event.and_then(|event| event.id.as_deref());
    if event_id.is_none() && is_repeated(tx, delivery, &body_sha256).await? {
        return Ok(false);
    }
    // There is one row for an event's id and what it is about.
    let sql = "INSERT INTO deliveries (provider, event_id, subject, kind, event_created_at, trust, proof, unread, body,
                                       body_sha256, received_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING";
    let row = values![
        &delivery.provider,
        event_id,
        delivery.references.first().map(Reference::to_string),
        event.and_then(|event| event.kind.as_deref()),
        event.and_then(|event| event.created_at),
        delivery.trust.as_str(),
        &delivery.proof,
        delivery.unread,
        keeps_body.then_some(&delivery.body[..]),
        &body_sha256,
        delivery.received_at,
    ];
    let Some(seq) = tx.insert(sql, row).await? else { return Ok(false) };
    insert_references(tx, &delivery.provider, &delivery.references, seq).await?;
    Ok(true)
}

async fn is_repeated(tx: &impl Tx, delivery: &NewDelivery, body_sha256: &[u8; 32]) -> Result<bool, Failed> {
    tx.lock(vec![Lock::Body(body_sha256)]).await?;
    let sql = "SELECT 1 FROM deliveries
               WHERE body_sha256 = ?1 AND received_at >= ?2 AND event_id IS NULL AND provider = ?3";
    let since = delivery.received_at - REPEATED_BODY_WINDOW;
    exists(tx, sql, values![body_sha256, since, &delivery.provider]).await
}

async fn insert_references(tx: &impl Tx, provider: &str, references: &References, seq: i64) -> Result<(), Failed> {
    let sql = "INSERT INTO delivery_refs (provider, kind, value, seq) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for reference in references.iter() {
        tx.execute(sql, values![provider, &reference.kind, &reference.value, seq]).await?;
    }
    Ok(())
}

/// Whether the provider told something about the session before we knew its ids: its answer and its event race.
pub(in crate::store) async fn came_before(tx: &impl Tx, new: &NewSession) -> Result<bool, Failed> {
    let sql = "SELECT 1 FROM delivery_refs WHERE provider = ?1 AND kind = ?2 AND value = ?3 LIMIT 1";
    for reference in new.references.iter() {
        if exists(tx, sql, values![&new.provider, &reference.kind, &reference.value]).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Of a person who is gone no more is kept than that something came.
pub(in crate::store) async fn forget_bodies(tx: &impl Tx, session: &SessionId) -> Result<(), Failed> {
    let sql = "UPDATE deliveries SET body = NULL
               WHERE body IS NOT NULL AND seq IN (SELECT d.seq FROM delivery_refs d
                   JOIN session_refs s USING (provider, kind, value) WHERE s.session_id = ?1)";
    tx.execute(sql, values![session]).await.map(drop)
}
