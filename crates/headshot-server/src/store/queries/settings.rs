//! The queries of what is kept once.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::random;
use crate::store::sql::{Cell, Engine, Failed, Tx, damaged, first, values};

/// A move of the state into another database, as it is marked in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Move {
    pub(in crate::store) id: String,
    /// What the other one is called.
    pub(in crate::store) place: String,
    /// Whether the other one has everything.
    pub(in crate::store) is_finished: bool,
}

/// The key that signs photo links, and a name that no other store has; both are made once. Refuses a database that is not
/// the state's home any more, or not yet.
pub(in crate::store) async fn own<T: Tx>(tx: &T) -> Result<([u8; 32], String), Failed> {
    if let Some(begun) = begun_move(tx).await? {
        return Err(Failed::Other(elsewhere(&begun, T::ENGINE)));
    }
    let link_key = kept(tx, "link_key", random::bytes()).await?;
    Ok((link_key, random::to_hex(&kept(tx, "name", random::bytes::<16>()).await?)))
}

fn elsewhere(Move { place, is_finished, .. }: &Move, engine: Engine) -> String {
    match engine {
        Engine::Sqlite if *is_finished => format!("database_moved: the state was moved to {place}"),
        Engine::Sqlite => format!(
            "move_unfinished: the state is being moved to {place}: go on with `headshot move`, or give it up with its \
             --cancel"
        ),
        Engine::Postgres => {
            format!("move_unfinished: the state of {place} is being moved here: go on with `headshot move`")
        }
    }
}

/// The move that the database is marked with.
pub(in crate::store) async fn begun_move(tx: &impl Tx) -> Result<Option<Move>, Failed> {
    first(tx, "SELECT value FROM settings WHERE name = 'move'", values![], |row| match row.cell("value")? {
        Cell::Bytes(bytes) => serde_json::from_slice(bytes).map_err(damaged),
        _ => Err(damaged("the mark of a move")),
    })
    .await
}

/// Marks the database with a move.
pub(in crate::store) async fn mark_move(tx: &impl Tx, begun: &Move) -> Result<(), Failed> {
    let sql = "INSERT INTO settings (name, value) VALUES ('move', ?1)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let mark = serde_json::to_vec(begun).map_err(damaged)?;
    tx.execute(sql, values![mark.as_slice()]).await.map(drop)
}

/// Removes the mark of a move.
pub(in crate::store) async fn end_move(tx: &impl Tx) -> Result<(), Failed> {
    tx.execute("DELETE FROM settings WHERE name = 'move'", values![]).await.map(drop)
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
