-- A row's number is never given again: what comes of work that is gone is not taken for what came of other work.

CREATE TABLE new_work (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
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

INSERT INTO new_work SELECT * FROM work;

DROP TABLE work;
ALTER TABLE new_work RENAME TO work;

CREATE UNIQUE INDEX work_subject ON work (ifnull(session_id, provider), kind, subject);
CREATE INDEX work_due_at ON work (due_at);
