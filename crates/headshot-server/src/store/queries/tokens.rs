//! The queries of client tokens.

use jiff::Timestamp;

use crate::ids::SessionId;
use crate::store::sql::{Failed, Tx, first, values};
use crate::store::{NewClientToken, StoredToken};

pub(in crate::store) async fn add(tx: &impl Tx, id: &SessionId, token: &NewClientToken) -> Result<(), Failed> {
    let sql = "INSERT INTO client_tokens (sha256, session_id, expires_at) VALUES (?1, ?2, ?3)";
    tx.execute(sql, values![&token.sha256, id, token.expires_at]).await.map(drop)
}

/// So many of the tokens that expired before.
pub(in crate::store) async fn forget_expired(tx: &impl Tx, before: Timestamp, limit: i64) -> Result<usize, Failed> {
    let sql = "DELETE FROM client_tokens WHERE sha256 IN (
                   SELECT sha256 FROM client_tokens WHERE expires_at < ?1 LIMIT ?2)";
    tx.execute(sql, values![before, limit]).await
}

pub(in crate::store) async fn find(tx: &impl Tx, sha256: &[u8; 32]) -> Result<Option<StoredToken>, Failed> {
    let sql = "SELECT session_id, expires_at FROM client_tokens WHERE sha256 = ?1";
    first(tx, sql, values![sha256], |row| {
        Ok(StoredToken { session: row.id("session_id", SessionId::parse)?, expires_at: row.time("expires_at")? })
    })
    .await
}
