//! The queries of what is kept once.

use jiff::Timestamp;

use crate::random;
use crate::store::sql::{Failed, Tx, damaged, first, values};

/// The key that signs photo links, made once.
pub(in crate::store) async fn link_key(tx: &impl Tx) -> Result<[u8; 32], Failed> {
    kept(tx, "link_key", random::bytes()).await
}

/// A name that no other store has, made once.
pub(in crate::store) async fn name(tx: &impl Tx) -> Result<String, Failed> {
    Ok(random::to_hex(&kept(tx, "name", random::bytes::<16>()).await?))
}

/// The name, which was made before.
pub(in crate::store) async fn known_name(tx: &impl Tx) -> Result<String, Failed> {
    Ok(random::to_hex(&known::<16>(tx, "name").await?))
}

/// Writes when writing was seen to work.
pub(in crate::store) async fn note_check(tx: &impl Tx, now: Timestamp) -> Result<(), Failed> {
    let sql = "INSERT INTO settings (name, value) VALUES ('checked_at', ?1)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, values![&now.as_millisecond().to_be_bytes()]).await.map(drop)
}

/// What is kept under a name: this value, unless there is one.
async fn kept<const N: usize>(tx: &impl Tx, name: &str, new: [u8; N]) -> Result<[u8; N], Failed> {
    let sql = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    tx.execute(sql, values![name, &new]).await?;
    known(tx, name).await
}

async fn known<const N: usize>(tx: &impl Tx, name: &str) -> Result<[u8; N], Failed> {
    let sql = "SELECT value FROM settings WHERE name = ?1";
    let known = first(tx, sql, values![name], |row| row.bytes("value")).await?;
    known.ok_or_else(|| damaged(format_args!("the setting {name} is missing")))
}
