//! The queries of client tokens.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{own_id, timestamp, to_millis};
use crate::ids::SessionId;
use crate::store::{NewClientToken, StoredToken};

pub(super) fn add(tx: &Connection, id: &SessionId, token: &NewClientToken) -> rusqlite::Result<()> {
    let sql = "INSERT INTO client_tokens (sha256, session_id, expires_at) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute(params![token.sha256, id.as_str(), to_millis(token.expires_at)]).map(drop)
}

/// So many of the tokens that expired before.
pub(super) fn forget_expired(tx: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM client_tokens WHERE sha256 IN (
                   SELECT sha256 FROM client_tokens WHERE expires_at < ?1 LIMIT ?2)";
    tx.prepare_cached(sql)?.execute(params![to_millis(before), limit])
}

pub(super) fn find(tx: &Connection, sha256: [u8; 32]) -> rusqlite::Result<Option<StoredToken>> {
    let sql = "SELECT session_id, expires_at FROM client_tokens WHERE sha256 = ?1";
    tx.prepare_cached(sql)?
        .query_row([sha256], |row| {
            let session = own_id(row, "session_id", SessionId::parse)?;
            Ok(StoredToken { session, expires_at: timestamp(row, "expires_at")? })
        })
        .optional()
}
