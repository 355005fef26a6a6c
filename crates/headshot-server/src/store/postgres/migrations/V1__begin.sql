-- The tables of the SQLite store, whose migrations say what each column means, as PostgreSQL has them. Times are
-- milliseconds since 1970 in UTC.

-- A few of SQLite's functions, so that one text of a query serves both stores.
CREATE FUNCTION ifnull(a text, b text) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT coalesce(a, b)';
CREATE FUNCTION ifnull(a bigint, b bigint) RETURNS bigint IMMUTABLE PARALLEL SAFE LANGUAGE sql
    AS 'SELECT coalesce(a, b)';
CREATE FUNCTION min(a bigint, b bigint) RETURNS bigint IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT least(a, b)';
CREATE FUNCTION max(a bigint, b bigint) RETURNS bigint IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT greatest(a, b)';
CREATE FUNCTION instr(a text, b text) RETURNS integer IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT strpos(a, b)';
CREATE FUNCTION hex(a bytea) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql AS 'SELECT encode(a, ''hex'')';

CREATE TABLE sessions (
    id                         TEXT PRIMARY KEY,
    rowid                      BIGINT GENERATED ALWAYS AS IDENTITY,
    provider                   TEXT NOT NULL,
    state                      TEXT NOT NULL,
    provider_status            TEXT NOT NULL,
    standing_at                BIGINT NOT NULL,
    gone_since                 BIGINT,
    run                        TEXT,
    surface                    TEXT,
    surface_url                TEXT,
    surface_expires_at         BIGINT,
    test_mode                  BOOLEAN NOT NULL,
    reference                  TEXT,
    favorite_provider_photo_id TEXT,
    created_at                 BIGINT NOT NULL,
    updated_at                 BIGINT NOT NULL,
    removed_at                 BIGINT,
    submission                 TEXT NOT NULL DEFAULT 'open'
) WITH (fillfactor = 85);

CREATE TABLE session_refs (
    provider   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    PRIMARY KEY (provider, kind, value, session_id)
);

CREATE INDEX session_refs_session ON session_refs (session_id);

CREATE TABLE client_tokens (
    sha256     BYTEA PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    expires_at BIGINT NOT NULL
);

CREATE INDEX client_tokens_expires_at ON client_tokens (expires_at);

CREATE TABLE deliveries (
    seq              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider         TEXT NOT NULL,
    event_id         TEXT,
    subject          TEXT,
    kind             TEXT,
    event_created_at BIGINT,
    trust            TEXT NOT NULL,
    proof            TEXT NOT NULL,
    unread           TEXT,
    body             BYTEA,
    body_sha256      BYTEA NOT NULL,
    received_at      BIGINT NOT NULL
);

CREATE UNIQUE INDEX deliveries_event ON deliveries (provider, event_id, coalesce(subject, '')) WHERE event_id IS NOT NULL;
CREATE INDEX deliveries_body ON deliveries (body_sha256, received_at) WHERE event_id IS NULL;
CREATE INDEX deliveries_age ON deliveries (received_at);
CREATE INDEX deliveries_body_age ON deliveries (received_at) WHERE body IS NOT NULL;

CREATE TABLE delivery_refs (
    provider TEXT NOT NULL,
    kind     TEXT NOT NULL,
    value    TEXT NOT NULL,
    seq      BIGINT NOT NULL,
    PRIMARY KEY (provider, kind, value, seq)
);

CREATE INDEX delivery_refs_seq ON delivery_refs (seq);

CREATE TABLE photos (
    id                TEXT PRIMARY KEY,
    session_id        TEXT NOT NULL REFERENCES sessions (id),
    provider_photo_id TEXT NOT NULL,
    position          BIGINT NOT NULL,
    source_url        TEXT,
    source_expires_at BIGINT,
    file              TEXT NOT NULL,
    sha256            TEXT,
    media_type        TEXT,
    size_bytes        BIGINT,
    copied_at         BIGINT,
    dropped_at        BIGINT,
    UNIQUE (session_id, provider_photo_id)
);

CREATE INDEX photos_file ON photos (file);
CREATE INDEX photos_dropped ON photos (dropped_at) WHERE dropped_at IS NOT NULL;

CREATE TABLE uploads (
    id           TEXT PRIMARY KEY,
    rowid        BIGINT GENERATED ALWAYS AS IDENTITY,
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    name         TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    md5          BYTEA NOT NULL,
    media_type   TEXT NOT NULL,
    size_bytes   BIGINT NOT NULL,
    width        BIGINT NOT NULL,
    height       BIGINT NOT NULL,
    received_at  BIGINT NOT NULL,
    delivered_at BIGINT,
    refused_at   BIGINT,
    withdrawn_at BIGINT
);

CREATE UNIQUE INDEX uploads_name ON uploads (session_id, name) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX uploads_bytes ON uploads (session_id, sha256) WHERE withdrawn_at IS NULL;

CREATE TABLE work (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    session_id  TEXT REFERENCES sessions (id),
    subject     TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    deadline_at BIGINT,
    held_until  BIGINT,
    wishes      BIGINT NOT NULL DEFAULT 1,
    attempts    BIGINT NOT NULL DEFAULT 0,
    lease       BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT,
    last_error  TEXT
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX work_subject ON work (ifnull(session_id, provider), kind, subject);
CREATE INDEX work_session ON work (session_id);
CREATE INDEX work_due_at ON work (due_at);

CREATE TABLE gates (
    provider     TEXT PRIMARY KEY,
    paid_until   BIGINT NOT NULL,
    closed_until BIGINT NOT NULL
) WITH (fillfactor = 20);

-- The place of the newest event. Who adds one keeps this row until the commit, so that places are given in the order of
-- commits, without gaps, and no reader who has seen one misses an earlier one.
CREATE TABLE stream (
    id     BOOLEAN PRIMARY KEY DEFAULT true CHECK (id),
    newest BIGINT NOT NULL
) WITH (fillfactor = 20);

INSERT INTO stream (newest) VALUES (0);

CREATE TABLE events (
    seq        BIGINT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    type       TEXT NOT NULL,
    payload    TEXT NOT NULL,
    source     TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX events_session ON events (session_id);

CREATE TABLE endpoints (
    name       TEXT PRIMARY KEY,
    types      TEXT NOT NULL,
    is_on      BOOLEAN NOT NULL,
    failures   BIGINT NOT NULL DEFAULT 0,
    sick_until BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 20);

CREATE TABLE outbox (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint    TEXT NOT NULL REFERENCES endpoints (name),
    event_seq   BIGINT NOT NULL REFERENCES events (seq),
    session_id  TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'due',
    due_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    lease       BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT,
    last_status BIGINT,
    last_error  TEXT,
    settled_at  BIGINT,
    UNIQUE (endpoint, event_seq)
) WITH (fillfactor = 85);

CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'due';
CREATE INDEX outbox_order ON outbox (endpoint, session_id, event_seq) WHERE state = 'due';
CREATE INDEX outbox_event ON outbox (event_seq);
CREATE INDEX outbox_delivered ON outbox (settled_at) WHERE state = 'delivered';

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BYTEA NOT NULL
) WITH (fillfactor = 20);
