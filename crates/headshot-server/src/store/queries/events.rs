//! The queries of events: the stream that the host application is told.

use headshot_api::EventType;
use jiff::Timestamp;

use crate::ids::EventId;
use crate::store::news::News;
use crate::store::sql::{Engine, Failed, NewEvent, Row, Tx, damaged, first, values};
use crate::store::{Snapshot, Source, StoredEvent, StoredSession, Stretch};

/// Adds an event to the stream, and to what is to be sent to every address that is told such events.
pub(in crate::store) async fn append(
    tx: &impl Tx,
    news: &mut News,
    session: &StoredSession,
    kind: &EventType,
    source: Source,
    at: Timestamp,
) -> Result<(), Failed> {
    let event = NewEvent {
        id: EventId::random(),
        session: session.id.clone(),
        kind: kind.as_str().to_owned(),
        payload: serde_json::to_string(&Snapshot::of(session)).map_err(damaged)?,
        source: source.as_str(),
        created_at: at,
    };
    tx.append(event).await?;
    news.event_happened();
    Ok(())
}

/// The events after `seq`, the oldest first.
pub(in crate::store) async fn after<T: Tx>(tx: &T, seq: u64, limit: usize) -> Result<Stretch, Failed> {
    let sql = "SELECT * FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let (seq, limit) = (i64::try_from(seq).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
    let events = tx.rows(sql, values![seq, limit], read).await?;
    // What is remembered is the newest one also after it was removed.
    let newest = number(
        tx,
        match T::ENGINE {
            Engine::Sqlite => "SELECT seq AS number FROM sqlite_sequence WHERE name = 'events'",
            Engine::Postgres => "SELECT newest AS number FROM stream",
        },
    );
    let newest = newest.await?;
    let oldest = number(tx, "SELECT ifnull(min(seq), 0) AS number FROM events").await?;
    let removed_up_to = if oldest == 0 { newest } else { oldest - 1 };
    Ok(Stretch { events, removed_up_to, newest })
}

async fn number(tx: &impl Tx, sql: &str) -> Result<u64, Failed> {
    Ok(first(tx, sql, &[], |row| row.number("number")).await?.unwrap_or_default().unsigned_abs())
}

pub(super) fn read(row: &dyn Row) -> Result<StoredEvent, Failed> {
    Ok(StoredEvent {
        seq: row.number("seq")?.unsigned_abs(),
        id: row.id("id", EventId::parse)?,
        kind: row.text("type")?,
        source: row.text("source")?,
        created_at: row.time("created_at")?,
        snapshot: serde_json::from_str(&row.text("payload")?).map_err(damaged)?,
    })
}
