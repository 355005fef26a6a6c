//! The queries of sessions' ids at their providers.

use rusqlite::{Connection, params};

use super::rows::own_id;
use crate::ids::SessionId;
use crate::references::{EMAIL, Reference, References};

pub(super) fn add(
    tx: &Connection,
    provider: &str,
    references: &References,
    session: &SessionId,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO session_refs (provider, kind, value, session_id) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = tx.prepare_cached(sql)?;
    references.iter().try_for_each(|reference| {
        statement.execute(params![provider, reference.kind, reference.value, session.as_str()]).map(drop)
    })
}

/// Whether a session has the first of these references.
pub(super) fn is_taken(tx: &Connection, provider: &str, references: &References) -> rusqlite::Result<bool> {
    let Some(first) = references.first() else { return Ok(false) };
    let sql = "SELECT 1 FROM session_refs WHERE provider = ?1 AND kind = ?2 AND value = ?3";
    tx.prepare_cached(sql)?.exists(params![provider, first.kind, first.value])
}

/// The sessions, tombstones included, that have the first of these references that any has.
pub(super) fn sessions(tx: &Connection, provider: &str, references: &References) -> rusqlite::Result<Vec<SessionId>> {
    let sql = "SELECT session_id FROM session_refs WHERE provider = ?1 AND kind = ?2 AND value = ?3";
    let mut statement = tx.prepare_cached(sql)?;
    for reference in references.iter() {
        let found = statement
            .query_map(params![provider, reference.kind, reference.value], |row| {
                own_id(row, "session_id", SessionId::parse)
            })?
            .collect::<Result<Vec<_>, _>>()?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Those of the sessions that were not deleted for good.
pub(super) fn living(tx: &Connection, mut sessions: Vec<SessionId>) -> rusqlite::Result<Vec<SessionId>> {
    let mut statement = tx.prepare_cached("SELECT 1 FROM sessions WHERE id = ?1 AND removed_at IS NULL")?;
    let mut living = Vec::with_capacity(sessions.len());
    for session in sessions.drain(..) {
        if statement.exists([session.as_str()])? {
            living.push(session);
        }
    }
    Ok(living)
}

/// Of a person who is gone no address is kept.
pub(super) fn forget_person(tx: &Connection, session: &SessionId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM session_refs WHERE session_id = ?1 AND kind = ?2";
    tx.prepare_cached(sql)?.execute([session.as_str(), EMAIL]).map(drop)
}

/// The ids that a provider knows a session by.
pub(super) fn of(tx: &Connection, session: &SessionId) -> rusqlite::Result<References> {
    let sql = "SELECT kind, value FROM session_refs WHERE session_id = ?1";
    tx.prepare_cached(sql)?
        .query_map([session.as_str()], |row| Ok(Reference { kind: row.get(0)?, value: row.get(1)? }))?
        .collect()
}
