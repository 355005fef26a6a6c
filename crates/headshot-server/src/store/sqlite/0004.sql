-- What the host application is told: one stream without gaps, and for each of its addresses what is still to be sent.

CREATE TABLE events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    type       TEXT NOT NULL,
    -- The session as it was then, without anybody's links.
    payload    TEXT NOT NULL,
    -- How it was learned: `delivery`, `reading` or `host`.
    source     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX events_session ON events (session_id);

-- The host application's addresses; one that is no longer configured keeps its rows until it comes back.
CREATE TABLE endpoints (
    name       TEXT PRIMARY KEY,
    -- The types that it is told, separated by spaces; empty for all.
    types      TEXT NOT NULL,
    is_on      INTEGER NOT NULL,
    -- Failures since something last arrived, and how long it is left alone for them.
    failures   INTEGER NOT NULL DEFAULT 0,
    sick_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY,
    endpoint     TEXT NOT NULL REFERENCES endpoints (name),
    event_seq    INTEGER NOT NULL REFERENCES events (seq),
    session_id   TEXT NOT NULL,
    -- `due`, `delivered` or `dead`.
    state        TEXT NOT NULL DEFAULT 'due',
    due_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    lease        INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER,
    last_status  INTEGER,
    last_error   TEXT,
    settled_at   INTEGER,
    UNIQUE (endpoint, event_seq)
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'due';
CREATE INDEX outbox_order ON outbox (endpoint, session_id, event_seq) WHERE state = 'due';
