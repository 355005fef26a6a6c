-- Photos that people upload for providers without a page of their own, and how far submitting them has come.

-- `open`, `wished`, `sent`, `begun` or `refused`.
ALTER TABLE sessions ADD COLUMN submission TEXT NOT NULL DEFAULT 'open';

-- The file of an upload has the upload's id as its name.
CREATE TABLE uploads (
    id           TEXT PRIMARY KEY,
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    name         TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    md5          BLOB NOT NULL,
    media_type   TEXT NOT NULL,
    size_bytes   INTEGER NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    -- When the provider had it.
    delivered_at INTEGER,
    -- When the provider was found not to take it.
    refused_at   INTEGER,
    -- When the person took it back; the row stays until the provider has it no longer.
    withdrawn_at INTEGER
) STRICT;

CREATE UNIQUE INDEX uploads_name ON uploads (session_id, name) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX uploads_bytes ON uploads (session_id, sha256) WHERE withdrawn_at IS NULL;
