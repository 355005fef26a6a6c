-- A session has several references at its provider, and offers a person more than a signed URL. Deliveries are found by
-- references too, so that one can come before its session or concern several. Photos have files of their own.

CREATE TABLE new_sessions (
    id                         TEXT PRIMARY KEY,
    provider                   TEXT NOT NULL,
    state                      TEXT NOT NULL,
    provider_status            TEXT NOT NULL,
    -- How new the two words above are: the event's own time, or when the provider was asked.
    standing_at                INTEGER NOT NULL,
    -- Since when the provider answers that it has no such session.
    gone_since                 INTEGER,
    -- Which run of the session the photos belong to.
    run                        TEXT,
    -- What it offers the person: `frame`, `link` or `upload`; NULL once it is deleted.
    surface                    TEXT,
    surface_url                TEXT,
    surface_expires_at         INTEGER,
    test_mode                  INTEGER NOT NULL,
    reference                  TEXT,
    favorite_provider_photo_id TEXT,
    created_at                 INTEGER NOT NULL,
    updated_at                 INTEGER NOT NULL,
    -- When it was deleted for good: a tombstone, nothing changes it any more.
    removed_at                 INTEGER
) STRICT;

INSERT INTO new_sessions (id, provider, state, provider_status, standing_at, run, surface, surface_url, test_mode,
                          reference, favorite_provider_photo_id, created_at, updated_at, removed_at)
SELECT id, provider, state, provider_status, standing_at, run, iif(signed_url IS NULL, NULL, 'frame'), signed_url,
       test_mode, reference, favorite_provider_photo_id, created_at, updated_at, removed_at
FROM sessions;

-- The ids that the provider knows a session by. The first one that a session is opened with is no other's; later ones
-- may be shared, as a person's contact is.
CREATE TABLE session_refs (
    provider   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    PRIMARY KEY (provider, kind, value, session_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_refs_session ON session_refs (session_id);

INSERT INTO session_refs SELECT provider, 'model', provider_session_id, id FROM sessions;

-- Every genuine delivery, read or not.
CREATE TABLE new_deliveries (
    seq              INTEGER PRIMARY KEY,
    provider         TEXT NOT NULL,
    event_id         TEXT,
    -- The reference that the event is about: providers are known to give one id to events of several sessions.
    subject          TEXT,
    kind             TEXT,
    event_created_at INTEGER,
    -- How far it is believed: `body`, `stale` or `doorbell`.
    trust            TEXT NOT NULL,
    proof            TEXT NOT NULL,
    -- Why it could not be read.
    unread           TEXT,
    -- Kept only for living sessions of ours.
    body             BLOB,
    body_sha256      BLOB NOT NULL,
    received_at      INTEGER NOT NULL
) STRICT;

INSERT INTO new_deliveries (seq, provider, event_id, subject, kind, event_created_at, trust, proof, body, body_sha256,
                            received_at)
SELECT seq, provider, event_id, 'model ' || provider_session_id, kind, event_created_at, 'body', proof,
       iif(session_id IS NULL OR length(body) = 0, NULL, body), body_sha256, received_at
FROM deliveries;

-- What a delivery is about, in the words of `session_refs`.
CREATE TABLE delivery_refs (
    provider TEXT NOT NULL,
    kind     TEXT NOT NULL,
    value    TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (provider, kind, value, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO delivery_refs
SELECT provider, 'model', provider_session_id, seq FROM deliveries WHERE provider_session_id IS NOT NULL;

CREATE TABLE new_photos (
    id                TEXT PRIMARY KEY,
    session_id        TEXT NOT NULL REFERENCES sessions (id),
    provider_photo_id TEXT NOT NULL,
    position          INTEGER NOT NULL,
    source_url        TEXT,
    source_expires_at INTEGER,
    -- The name of its file: its own id, or the SHA-256 where an older version copied it.
    file              TEXT NOT NULL,
    -- The copy; NULL until it is there.
    sha256            TEXT,
    media_type        TEXT,
    size_bytes        INTEGER,
    copied_at         INTEGER,
    -- When the provider threw its run away: no longer shown, links that were handed out still work.
    dropped_at        INTEGER,
    UNIQUE (session_id, provider_photo_id)
) STRICT;

INSERT INTO new_photos
SELECT id, session_id, provider_photo_id, position, source_url, source_expires_at, ifnull(sha256, id), sha256,
       media_type, size_bytes, copied_at, dropped_at
FROM photos;

-- The outbox: work that follows a change, written in the transaction of that change.
CREATE TABLE new_work (
    id          INTEGER PRIMARY KEY,
    provider    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    -- NULL while a delivery is not known to be about one of ours.
    session_id  TEXT REFERENCES sessions (id),
    -- What of it the work is about: a photo's id, a file's name, a reference; empty for the session itself.
    subject     TEXT NOT NULL,
    due_at      INTEGER NOT NULL,
    -- What expires first is done first.
    deadline_at INTEGER,
    -- After a failed attempt: no reason to do it makes it due sooner.
    held_until  INTEGER,
    -- Grows with every reason to do it, so that a reason that comes during an attempt is not lost.
    wishes      INTEGER NOT NULL DEFAULT 1,
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- Fencing token of the newest lease, and when that lease ends.
    lease       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    last_error  TEXT
) STRICT;

INSERT INTO new_work (id, provider, kind, session_id, subject, due_at, deadline_at, wishes, attempts, lease, last_error)
SELECT w.id, s.provider, w.kind, w.session_id, ifnull(w.photo_id, ''), w.due_at, w.deadline_at, w.wishes, w.attempts,
       w.lease, w.last_error
FROM work w JOIN sessions s ON s.id = w.session_id;

-- Sessions that were thought to be settled are asked about again.
INSERT INTO new_work (provider, kind, session_id, subject, due_at)
SELECT provider, 'refresh_session', id, '', 0 FROM sessions
WHERE state != 'deleted'
    AND NOT EXISTS (SELECT 1 FROM work WHERE kind = 'refresh_session' AND session_id = sessions.id);

-- When each provider may be called again, so that no server exceeds its rate limit.
CREATE TABLE gates (
    provider     TEXT PRIMARY KEY,
    -- The calls that were let through are paid for by then.
    paid_until   INTEGER NOT NULL,
    -- The provider said that it takes no calls before.
    closed_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

DROP TABLE work;
DROP TABLE photos;
DROP TABLE deliveries;
DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;
ALTER TABLE new_deliveries RENAME TO deliveries;
ALTER TABLE new_photos RENAME TO photos;
ALTER TABLE new_work RENAME TO work;

CREATE UNIQUE INDEX deliveries_event ON deliveries (provider, event_id, ifnull(subject, '')) WHERE event_id IS NOT NULL;
CREATE INDEX deliveries_body ON deliveries (body_sha256, received_at) WHERE event_id IS NULL;
CREATE INDEX photos_file ON photos (file);
CREATE UNIQUE INDEX work_subject ON work (ifnull(session_id, provider), kind, subject);
CREATE INDEX work_due_at ON work (due_at);
