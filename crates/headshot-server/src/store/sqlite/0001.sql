-- Times are milliseconds since 1970 in UTC.

CREATE TABLE sessions (
    id                         TEXT PRIMARY KEY,
    provider                   TEXT NOT NULL,
    provider_session_id        TEXT NOT NULL,
    state                      TEXT NOT NULL,
    provider_status            TEXT NOT NULL,
    -- How new the two words above are: the event's own time, or when the provider was asked.
    standing_at                INTEGER NOT NULL,
    -- Which run of the session the photos belong to.
    run                        TEXT,
    signed_url                 TEXT,
    test_mode                  INTEGER NOT NULL,
    reference                  TEXT,
    favorite_provider_photo_id TEXT,
    created_at                 INTEGER NOT NULL,
    updated_at                 INTEGER NOT NULL,
    -- When the host application deleted it: a tombstone, nothing changes it any more.
    removed_at                 INTEGER,
    UNIQUE (provider, provider_session_id)
) STRICT;

-- Only the SHA-256 of a token is kept.
CREATE TABLE client_tokens (
    sha256     BLOB PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX client_tokens_expires_at ON client_tokens (expires_at);

-- Every verified delivery, read or not; session_id is NULL while we do not know the provider's session.
CREATE TABLE deliveries (
    seq                 INTEGER PRIMARY KEY,
    provider            TEXT NOT NULL,
    event_id            TEXT,
    kind                TEXT,
    event_created_at    INTEGER,
    provider_session_id TEXT,
    session_id          TEXT REFERENCES sessions (id),
    proof               TEXT NOT NULL,
    body                BLOB NOT NULL,
    body_sha256         BLOB NOT NULL,
    received_at         INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX deliveries_event ON deliveries (provider, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX deliveries_body ON deliveries (body_sha256, received_at) WHERE event_id IS NULL;
CREATE INDEX deliveries_provider_session ON deliveries (provider, provider_session_id);
CREATE INDEX deliveries_session ON deliveries (session_id);

CREATE TABLE photos (
    id                TEXT PRIMARY KEY,
    session_id        TEXT NOT NULL REFERENCES sessions (id),
    provider_photo_id TEXT NOT NULL,
    position          INTEGER NOT NULL,
    source_url        TEXT,
    source_expires_at INTEGER,
    -- The copy; NULL until it is there.
    sha256            TEXT,
    media_type        TEXT,
    size_bytes        INTEGER,
    copied_at         INTEGER,
    -- When the provider threw its run away: no longer shown, links that were handed out still work.
    dropped_at        INTEGER,
    UNIQUE (session_id, provider_photo_id)
) STRICT;

CREATE INDEX photos_sha256 ON photos (sha256);

-- The outbox: work that follows a change, written in the transaction of that change.
CREATE TABLE work (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    session_id  TEXT NOT NULL REFERENCES sessions (id),
    photo_id    TEXT REFERENCES photos (id),
    due_at      INTEGER NOT NULL,
    -- What expires first is done first.
    deadline_at INTEGER,
    -- Grows with every reason to do it, so that a reason that comes during an attempt is not lost.
    wishes      INTEGER NOT NULL DEFAULT 1,
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- Fencing token of the newest lease, and when that lease ends.
    lease       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    last_error  TEXT
) STRICT;

CREATE UNIQUE INDEX work_subject ON work (session_id, kind, ifnull(photo_id, ''));
CREATE INDEX work_photo ON work (photo_id);
CREATE INDEX work_due_at ON work (due_at);

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
