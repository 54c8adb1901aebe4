-- What every domain stands on. Times are microseconds since 1970 in UTC.

CREATE TABLE installation (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE changes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    topic   TEXT NOT NULL,
    subject TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- What happened. It waits to be told, and then stays as the audit log. No number comes back: a slow relay must not take
-- an event for one that it told.
CREATE TABLE events (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id     TEXT NOT NULL,
    name         TEXT NOT NULL,
    workspace_id INTEGER,
    actor_id     BLOB,
    credential   TEXT,
    address      TEXT,
    request_id   TEXT,
    data         TEXT NOT NULL,
    at           INTEGER NOT NULL
) STRICT;

CREATE INDEX events_workspace_id_idx ON events (workspace_id, id);

-- The events that wait to be told. Apart from them, so that finding the first never means walking past all that were told.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER events_wait AFTER INSERT ON events BEGIN
    INSERT INTO outbox (id) VALUES (new.id);
END;

CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    queue       TEXT NOT NULL,
    unique_key  TEXT UNIQUE,
    payload     TEXT NOT NULL,
    run_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    lease_until INTEGER,
    leased_by   TEXT,
    last_error  TEXT,
    failed_at   INTEGER,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_due_idx ON jobs (queue, run_at, id) WHERE failed_at IS NULL;

CREATE TABLE idempotency_keys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    scope        BLOB NOT NULL UNIQUE,
    fingerprint  BLOB NOT NULL,
    state        TEXT NOT NULL,
    fence        INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    status       INTEGER,
    content_type TEXT,
    body         BLOB
) STRICT;

CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
