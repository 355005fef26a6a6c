//! The queries of sessions' ids at their providers.

use crate::ids::SessionId;
use crate::references::{EMAIL, Reference, References};
use crate::store::sql::{Failed, Lock, Row, Tx, exists, values};

/// Nobody else gives these references to a session, or keeps a delivery about them, until the transaction ends.
pub(in crate::store) async fn lock(tx: &impl Tx, provider: &str, references: &References) -> Result<(), Failed> {
    tx.lock(references.iter().map(|reference| Lock::Reference { provider, reference }).collect()).await
}

pub(in crate::store) async fn add(
    tx: &impl Tx,
    provider: &str,
    references: &References,
    session: &SessionId,
) -> Result<(), Failed> {
    let sql = "INSERT INTO session_refs (provider, kind, value, session_id) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    for reference in references.iter() {
        tx.execute(sql, values![provider, &reference.kind, &reference.value, session]).await?;
    }
    Ok(())
}

/// Whether a session has the first of these references.
pub(in crate::store) async fn is_taken(tx: &impl Tx, provider: &str, references: &References) -> Result<bool, Failed> {
    let Some(first) = references.first() else { return Ok(false) };
    let sql = "SELECT 1 FROM session_refs WHERE provider = ?1 AND kind = ?2 AND value = ?3 LIMIT 1";
    exists(tx, sql, values![provider, &first.kind, &first.value]).await
}

/// The sessions, tombstones included, that have the first of these references that any has.
pub(in crate::store) async fn sessions(
    tx: &impl Tx,
    provider: &str,
    references: &References,
) -> Result<Vec<SessionId>, Failed> {
    let sql =
        "SELECT session_id FROM session_refs WHERE provider = ?1 AND kind = ?2 AND value = ?3 ORDER BY session_id";
    for reference in references.iter() {
        let row = values![provider, &reference.kind, &reference.value];
        let found = tx.rows(sql, row, |row| row.id("session_id", SessionId::parse)).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Those of the sessions that were not deleted for good.
pub(in crate::store) async fn living(tx: &impl Tx, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Failed> {
    let sql = "SELECT 1 FROM sessions WHERE id = ?1 AND removed_at IS NULL";
    let mut living = Vec::with_capacity(sessions.len());
    for session in sessions {
        if exists(tx, sql, values![&session]).await? {
            living.push(session);
        }
    }
    Ok(living)
}

/// Of a person who is gone no address is kept.
pub(in crate::store) async fn forget_person(tx: &impl Tx, session: &SessionId) -> Result<(), Failed> {
    let sql = "DELETE FROM session_refs WHERE session_id = ?1 AND kind = ?2";
    tx.execute(sql, values![session, EMAIL]).await.map(drop)
}

/// The ids that a provider knows a session by.
pub(in crate::store) async fn of(tx: &impl Tx, session: &SessionId) -> Result<References, Failed> {
    let sql = "SELECT kind, value FROM session_refs WHERE session_id = ?1 ORDER BY provider, kind, value";
    let read = |row: &dyn Row| Ok(Reference { kind: row.text("kind")?, value: row.text("value")? });
    Ok(tx.rows(sql, values![session], read).await?.into_iter().collect())
}
