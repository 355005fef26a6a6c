//! The queries of whoever looks into the store from outside, and of what is set going again.

use headshot_api::State;
use jiff::Timestamp;
use serde_json::Value as Json;

use super::work;
use crate::ids::SessionId;
use crate::store::news::News;
use crate::store::sql::{Cell, Failed, Row, Tx, exists, from_millis, values};
use crate::store::{Filter, Kind, Record, Snapshot};

/// How one kind of record is read. Every query names `id`, `provider`, `status`, and its time; names that end in `At` or
/// `Since` are times, `data` is a session as it was. No link, token or body is among them.
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
            query: r#"SELECT s.id, s.provider, s.state AS status, s.provider_status AS "providerStatus",
                           s.reference, s.test_mode AS "testMode", s.surface,
                           (SELECT count(*) FROM photos p WHERE p.session_id = s.id AND p.copied_at IS NOT NULL
                               AND p.dropped_at IS NULL) AS photos,
                           (SELECT count(*) FROM photos p WHERE p.session_id = s.id AND p.copied_at IS NULL
                               AND p.dropped_at IS NULL) AS "photosMissing",
                           w.due_at AS "nextReadingAt", w.attempts, w.last_error AS "lastError",
                           s.created_at AS "createdAt", s.updated_at AS "updatedAt", s.gone_since AS "goneSince",
                           s.removed_at AS "removedAt", s.rowid AS place
                    FROM sessions s LEFT JOIN work w ON w.session_id = s.id AND w.kind = 'refresh_session'"#,
            at: "updatedAt",
            session: "id",
        },
        Kind::Deliveries => Source {
            query: r#"SELECT d.seq AS id, d.provider,
                           CASE WHEN d.unread IS NULL THEN 'recorded' ELSE 'unread' END AS status,
                           d.kind AS type, d.event_id AS "eventId", d.subject, d.trust, d.proof, d.unread,
                           (SELECT string_agg(session_id, ',') FROM (
                               SELECT DISTINCT r.session_id FROM delivery_refs f
                               JOIN session_refs r USING (provider, kind, value) WHERE f.seq = d.seq) AS about)
                               AS "sessionId",
                           d.event_created_at AS "eventCreatedAt", length(d.body) AS "bodyBytes",
                           lower(hex(d.body_sha256)) AS "bodySha256", d.received_at AS "receivedAt", d.seq AS place
                    FROM deliveries d"#,
            at: "receivedAt",
            session: "sessionId",
        },
        Kind::Events => Source {
            query: r#"SELECT v.id, v.seq, s.provider,
                           CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE event_seq = v.seq AND state = 'dead') THEN 'dead'
                                WHEN EXISTS (SELECT 1 FROM outbox WHERE event_seq = v.seq AND state = 'due') THEN 'due'
                                WHEN EXISTS (SELECT 1 FROM outbox WHERE event_seq = v.seq) THEN 'delivered'
                                ELSE 'kept' END AS status,
                           v.type, v.session_id AS "sessionId", v.source, v.created_at AS "createdAt",
                           v.payload AS data, v.seq AS place
                    FROM events v JOIN sessions s ON s.id = v.session_id"#,
            at: "createdAt",
            session: "sessionId",
        },
        Kind::Outbox => Source {
            // What follows a question mark in an address may be a secret.
            query: r#"SELECT o.id, substr(o.endpoint, 1, instr(o.endpoint || '?', '?') - 1) AS address,
                           s.provider, o.state AS status, v.id AS "eventId", o.event_seq AS seq, v.type,
                           o.session_id AS "sessionId", o.attempts,
                           CASE WHEN o.state = 'due' THEN o.due_at END AS "dueAt", o.last_status AS "lastStatus",
                           o.last_error AS "lastError", o.settled_at AS "settledAt", v.created_at AS "createdAt",
                           o.id AS place
                    FROM outbox o JOIN events v ON v.seq = o.event_seq JOIN sessions s ON s.id = v.session_id"#,
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
pub(in crate::store) async fn list(tx: &impl Tx, kind: Kind, filter: &Filter) -> Result<Vec<Record>, Failed> {
    let Source { query, at, session } = source(kind);
    let sql = format!(
        r#"SELECT * FROM ({query}) AS records
         WHERE (CAST(?1 AS BIGINT) IS NULL OR "{at}" >= ?1) AND (CAST(?2 AS TEXT) IS NULL OR status = ?2)
             AND (CAST(?3 AS TEXT) IS NULL OR provider = ?3)
             AND (CAST(?4 AS TEXT) IS NULL OR instr(',' || "{session}" || ',', ',' || ?4 || ',') > 0)
             AND (CAST(?5 AS TEXT) IS NULL OR instr(?5, ' ' || CAST(id AS TEXT) || ' ') > 0)
         ORDER BY place DESC LIMIT ?6"#
    );
    let ids = (!filter.ids.is_empty()).then(|| work::between_spaces(&filter.ids));
    let limit = filter.limit.map_or(i64::MAX, i64::from);
    let (status, provider, session) = (filter.status.as_deref(), filter.provider.as_deref(), filter.session.as_deref());
    tx.rows(&sql, values![filter.since, status, provider, session, ids, limit], record).await
}

/// Sets the records that are meant going again, and says how many these are: sessions and those of deliveries are read
/// again at their providers, events are sent again to the addresses that are told such.
pub(in crate::store) async fn replay(
    tx: &impl Tx,
    news: &mut News,
    kind: Kind,
    filter: &Filter,
    now: Timestamp,
) -> Result<usize, Failed> {
    let mut replayed = 0;
    for record in list(tx, kind, filter).await? {
        let is_done = match kind {
            Kind::Sessions => ring(tx, news, &record.text("id"), now).await?,
            Kind::Deliveries => ring(tx, news, &record.text("sessionId"), now).await?,
            Kind::Events => send_again(tx, &record, now).await?,
            Kind::Outbox => make_due(tx, &record, now).await?,
        };
        replayed += usize::from(is_done);
    }
    if replayed > 0 && matches!(kind, Kind::Events | Kind::Outbox) {
        news.event_happened();
    }
    Ok(replayed)
}

async fn ring(tx: &impl Tx, news: &mut News, sessions: &str, now: Timestamp) -> Result<bool, Failed> {
    let mut rings = false;
    for session in sessions.split(',').filter_map(SessionId::parse) {
        let sql = "SELECT 1 FROM sessions WHERE id = ?1 AND removed_at IS NULL";
        if exists(tx, sql, values![&session]).await? {
            work::wish_refresh(tx, news, &session, now).await?;
            rings = true;
        }
    }
    Ok(rings)
}

async fn send_again(tx: &impl Tx, event: &Record, now: Timestamp) -> Result<bool, Failed> {
    let sql = "INSERT INTO outbox (endpoint, event_seq, session_id, due_at)
               SELECT e.name, v.seq, v.session_id, ?2 FROM events v JOIN endpoints e ON e.is_on
               WHERE v.seq = ?1 AND (e.types = '' OR instr(' ' || e.types || ' ', ' ' || v.type || ' ') > 0)
               ON CONFLICT (endpoint, event_seq) DO UPDATE SET
                   state = 'due', due_at = excluded.due_at, attempts = 0, settled_at = NULL";
    let seq = number(event, "seq");
    let rows = tx.execute(sql, values![seq, now]).await?;
    let sql = "UPDATE endpoints SET failures = 0, sick_until = 0
               WHERE name IN (SELECT endpoint FROM outbox WHERE event_seq = ?1)";
    tx.execute(sql, values![seq]).await?;
    Ok(rows > 0)
}

async fn make_due(tx: &impl Tx, sending: &Record, now: Timestamp) -> Result<bool, Failed> {
    let sql = "UPDATE outbox SET state = 'due', due_at = ?2, attempts = 0, settled_at = NULL
               WHERE id = ?1 AND endpoint IN (SELECT name FROM endpoints WHERE is_on)";
    let id = number(sending, "id");
    let rows = tx.execute(sql, values![id, now]).await?;
    // Whoever sends again knows that the address is well again.
    let sql = "UPDATE endpoints SET failures = 0, sick_until = 0
               WHERE name IN (SELECT endpoint FROM outbox WHERE id = ?1)";
    tx.execute(sql, values![id]).await?;
    Ok(rows > 0)
}

fn number(record: &Record, name: &str) -> Option<i64> {
    record.get(name).and_then(Json::as_i64)
}

fn record(row: &dyn Row) -> Result<Record, Failed> {
    let shown = row.names().into_iter().filter(|name| *name != "place");
    let pairs = shown.map(|name| Ok((name.to_owned(), value(name, row.cell(name)?))));
    pairs.collect::<Result<_, _>>().map(Record)
}

fn value(name: &str, cell: Cell<'_>) -> Json {
    let is_time = name.ends_with("At") || name.ends_with("Since");
    match cell {
        Cell::Null | Cell::Bytes(_) => Json::Null,
        Cell::Number(millis) if is_time => from_millis(millis).to_string().into(),
        Cell::Number(number) if name == "testMode" => (number != 0).into(),
        Cell::Number(number) => number.into(),
        Cell::Text(text) => {
            let snapshot = || serde_json::from_str::<Snapshot>(text).ok().map(|snapshot| snapshot.told());
            (name == "data").then(snapshot).flatten().unwrap_or_else(|| text.into())
        }
    }
}
