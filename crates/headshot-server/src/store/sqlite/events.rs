//! The queries of events: the stream that the host application is told.

use headshot_api::EventType;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::rows::{damaged, own_id, timestamp, to_millis};
use super::writer::News;
use crate::ids::EventId;
use crate::store::{Snapshot, Source, StoredEvent, StoredSession, Stretch};

/// Adds an event to the stream, and to what is to be sent to every address that is told such events.
pub(super) fn append(
    tx: &Connection,
    news: &mut News,
    session: &StoredSession,
    kind: &EventType,
    source: Source,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let payload = serde_json::to_string(&Snapshot::of(session)).map_err(|error| damaged(&error.to_string()))?;
    let sql = "INSERT INTO events (id, session_id, type, payload, source, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let id = EventId::random();
    let row = params![id.as_str(), session.id.as_str(), kind.as_str(), payload, source.as_str(), to_millis(at)];
    tx.prepare_cached(sql)?.execute(row)?;
    let sql = "INSERT INTO outbox (endpoint, event_seq, session_id, due_at)
               SELECT name, ?1, ?2, ?3 FROM endpoints
               WHERE is_on AND (types = '' OR instr(' ' || types || ' ', ' ' || ?4 || ' '))";
    let row = params![tx.last_insert_rowid(), session.id.as_str(), to_millis(at), kind.as_str()];
    tx.prepare_cached(sql)?.execute(row)?;
    news.event_happened();
    Ok(())
}

/// The events after `seq`, the oldest first.
pub(super) fn after(tx: &Connection, seq: u64, limit: usize) -> rusqlite::Result<Stretch> {
    let sql = "SELECT * FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let row = params![i64::try_from(seq).unwrap_or(i64::MAX), limit];
    let events = tx.prepare_cached(sql)?.query_map(row, read)?.collect::<Result<_, _>>()?;
    let number = |sql: &str| tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    // What SQLite remembers is the newest one also after it was removed.
    let newest = number("SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)")?;
    let oldest = number("SELECT ifnull(min(seq), 0) FROM events")?;
    let removed_up_to = if oldest == 0 { newest } else { oldest - 1 };
    Ok(Stretch { events, removed_up_to, newest })
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    let payload: String = row.get("payload")?;
    Ok(StoredEvent {
        seq: row.get::<_, i64>("seq")?.unsigned_abs(),
        id: own_id(row, "id", EventId::parse)?,
        kind: row.get("type")?,
        source: row.get("source")?,
        created_at: timestamp(row, "created_at")?,
        snapshot: serde_json::from_str(&payload).map_err(|error| damaged(&error.to_string()))?,
    })
}
