//! The queries of whoever looks into the store from outside, and of what is set going again.

use headshot_api::State;
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::rows::{from_millis, to_millis};
use super::work;
use super::writer::News;
use crate::ids::SessionId;
use crate::store::{Filter, Kind, Record};

/// How one kind of record is read. Every query names `id`, `provider`, `status`, and its time; names that end in `At` or
/// `Since` are times, `data` is JSON. No link, token or body is among them.
struct Source {
    query: &'static str,
    /// The time that `since` is about.
    at: &'static str,
    /// The sessions that it is about.
    session: &'static str,
}

fn source(kind: Kind) -> Source {
    match kind {
        Kind::Sessions => Source {
            query: "SELECT s.id, s.provider, s.state AS status, s.provider_status AS providerStatus,
                           s.reference, s.test_mode = 1 AS testMode, s.surface,
                           (SELECT count(*) FROM photos p WHERE p.session_id = s.id AND p.copied_at IS NOT NULL
                               AND p.dropped_at IS NULL) AS photos,
                           (SELECT count(*) FROM photos p WHERE p.session_id = s.id AND p.copied_at IS NULL
                               AND p.dropped_at IS NULL) AS photosMissing,
                           w.due_at AS nextReadingAt, w.attempts, w.last_error AS lastError,
                           s.created_at AS createdAt, s.updated_at AS updatedAt, s.gone_since AS goneSince,
                           s.removed_at AS removedAt, s.rowid AS place
                    FROM sessions s LEFT JOIN work w ON w.session_id = s.id AND w.kind = 'refresh_session'",
            at: "updatedAt",
            session: "id",
        },
        Kind::Deliveries => Source {
            query: "SELECT d.seq AS id, d.provider, iif(d.unread IS NULL, 'recorded', 'unread') AS status,
                           d.kind AS type, d.event_id AS eventId, d.subject, d.trust, d.proof, d.unread,
                           (SELECT group_concat(DISTINCT r.session_id) FROM delivery_refs f
                               JOIN session_refs r USING (provider, kind, value) WHERE f.seq = d.seq) AS sessionId,
                           d.event_created_at AS eventCreatedAt, length(d.body) AS bodyBytes,
                           lower(hex(d.body_sha256)) AS bodySha256, d.received_at AS receivedAt, d.seq AS place
                    FROM deliveries d",
            at: "receivedAt",
            session: "sessionId",
        },
        Kind::Events => Source {
            query: "SELECT v.id, v.seq, json_extract(v.payload, '$.provider') AS provider,
                           CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE event_seq = v.seq AND state = 'dead') THEN 'dead'
                                WHEN EXISTS (SELECT 1 FROM outbox WHERE event_seq = v.seq AND state = 'due') THEN 'due'
                                WHEN EXISTS (SELECT 1 FROM outbox WHERE event_seq = v.seq) THEN 'delivered'
                                ELSE 'kept' END AS status,
                           v.type, v.session_id AS sessionId, v.source, v.created_at AS createdAt, v.payload AS data,
                           v.seq AS place
                    FROM events v",
            at: "createdAt",
            session: "sessionId",
        },
        Kind::Outbox => Source {
            // What follows a question mark in an address may be a secret.
            query: "SELECT o.id, substr(o.endpoint, 1, instr(o.endpoint || '?', '?') - 1) AS address,
                           json_extract(v.payload, '$.provider') AS provider, o.state AS status, v.id AS eventId,
                           o.event_seq AS seq, v.type, o.session_id AS sessionId, o.attempts,
                           iif(o.state = 'due', o.due_at, NULL) AS dueAt, o.last_status AS lastStatus,
                           o.last_error AS lastError, o.settled_at AS settledAt, v.created_at AS createdAt, o.id AS place
                    FROM outbox o JOIN events v ON v.seq = o.event_seq",
            at: "createdAt",
            session: "sessionId",
        },
    }
}

impl Kind {
    /// The words that a record of this kind can stand at.
    #[must_use]
    pub fn statuses(self) -> Vec<String> {
        let words: &[&str] = match self {
            Self::Sessions => return State::ALL.iter().map(|state| state.as_str().to_owned()).collect(),
            Self::Deliveries => &["recorded", "unread", "refused"],
            Self::Events => &["kept", "due", "delivered", "dead"],
            Self::Outbox => &["due", "delivered", "dead"],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

/// The records that are meant, the newest first.
pub(super) fn list(tx: &Connection, kind: Kind, filter: &Filter) -> rusqlite::Result<Vec<Record>> {
    let Source { query, at, session } = source(kind);
    let sql = format!(
        "SELECT * FROM ({query})
         WHERE (?1 IS NULL OR {at} >= ?1) AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR provider = ?3)
             AND (?4 IS NULL OR instr(',' || {session} || ',', ',' || ?4 || ','))
             AND (?5 = '[]' OR CAST(id AS TEXT) IN (SELECT value FROM json_each(?5)))
         ORDER BY place DESC LIMIT ?6"
    );
    let ids = serde_json::to_string(&filter.ids).unwrap_or_else(|_| "[]".to_owned());
    let limit = filter.limit.map_or(-1, i64::from);
    let since = filter.since.map(to_millis);
    tx.prepare_cached(&sql)?
        .query_map(params![since, filter.status, filter.provider, filter.session, ids, limit], record)?
        .collect()
}

/// Sets the records that are meant going again, and says how many these are: sessions and those of deliveries are read
/// again at their providers, events are sent again to the addresses that are told such.
pub(super) fn replay(
    tx: &Connection,
    news: &mut News,
    kind: Kind,
    filter: &Filter,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let mut replayed = 0;
    for record in list(tx, kind, filter)? {
        let is_done = match kind {
            Kind::Sessions => ring(tx, news, &record.text("id"), now)?,
            Kind::Deliveries => ring(tx, news, &record.text("sessionId"), now)?,
            Kind::Events => send_again(tx, &record, now)?,
            Kind::Outbox => make_due(tx, &record, now)?,
        };
        replayed += usize::from(is_done);
    }
    if replayed > 0 && matches!(kind, Kind::Events | Kind::Outbox) {
        news.event_happened();
    }
    Ok(replayed)
}

fn ring(tx: &Connection, news: &mut News, sessions: &str, now: Timestamp) -> rusqlite::Result<bool> {
    let mut rings = false;
    for session in sessions.split(',').filter_map(SessionId::parse) {
        let sql = "SELECT 1 FROM sessions WHERE id = ?1 AND removed_at IS NULL";
        if tx.prepare_cached(sql)?.exists([session.as_str()])? {
            work::wish_refresh(tx, news, &session, now)?;
            rings = true;
        }
    }
    Ok(rings)
}

fn send_again(tx: &Connection, event: &Record, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO outbox (endpoint, event_seq, session_id, due_at)
               SELECT e.name, v.seq, v.session_id, ?2 FROM events v JOIN endpoints e
               WHERE v.id = ?1 AND e.is_on AND (e.types = '' OR instr(' ' || e.types || ' ', ' ' || v.type || ' '))
               ON CONFLICT DO UPDATE SET state = 'due', due_at = excluded.due_at, attempts = 0, settled_at = NULL";
    let rows = tx.prepare_cached(sql)?.execute(params![event.text("id"), to_millis(now)])?;
    wake(tx, "event_seq", &event.text("seq"))?;
    Ok(rows > 0)
}

fn make_due(tx: &Connection, sending: &Record, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "UPDATE outbox SET state = 'due', due_at = ?2, attempts = 0, settled_at = NULL
               WHERE id = ?1 AND endpoint IN (SELECT name FROM endpoints WHERE is_on)";
    let rows = tx.prepare_cached(sql)?.execute(params![sending.text("id"), to_millis(now)])?;
    wake(tx, "id", &sending.text("id"))?;
    Ok(rows > 0)
}

/// Whoever sends again knows that the address is well again.
fn wake(tx: &Connection, column: &str, value: &str) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE endpoints SET failures = 0, sick_until = 0
         WHERE name IN (SELECT endpoint FROM outbox WHERE {column} = CAST(?1 AS INTEGER))"
    );
    tx.prepare_cached(&sql)?.execute([value]).map(drop)
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let names = row.as_ref().column_names();
    let shown = (0..).zip(names).filter(|(_, name)| *name != "place");
    let pairs = shown.map(|(index, name)| Ok((name.to_owned(), value(name, row.get_ref::<usize>(index)?))));
    pairs.collect::<Result<_, _>>().map(Record)
}

fn value(name: &str, value: ValueRef<'_>) -> Value {
    let is_time = name.ends_with("At") || name.ends_with("Since");
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(millis) if is_time => from_millis(millis).to_string().into(),
        ValueRef::Integer(number) if name == "testMode" => (number != 0).into(),
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let json = || serde_json::from_str(&text).ok();
            (name == "data").then(json).flatten().unwrap_or_else(|| text.into_owned().into())
        }
    }
}
