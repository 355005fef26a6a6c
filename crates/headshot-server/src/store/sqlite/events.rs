//! The queries of events: the stream that the host application is told.

use headshot_api::EventType;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::rows::{damaged, own_id, timestamp, to_millis};
use super::writer::News;
use crate::ids::EventId;
use crate::store::{Snapshot, Source, StoredEvent, StoredSession};

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
pub(super) fn after(tx: &Connection, seq: u64, limit: usize) -> rusqlite::Result<Vec<StoredEvent>> {
    let sql = "SELECT * FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.prepare_cached(sql)?.query_map(params![i64::try_from(seq).unwrap_or(i64::MAX), limit], read)?.collect()
}

/// The `seq` of the newest event, 0 where there is none.
pub(super) fn newest(tx: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT ifnull(max(seq), 0) FROM events";
    tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
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
