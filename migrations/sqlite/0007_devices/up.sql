-- What people have logged in from before.
CREATE TABLE devices (
    id            BLOB NOT NULL PRIMARY KEY,
    user_id       BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    fingerprint   BLOB NOT NULL,
    user_agent    TEXT,
    address       TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX devices_user_id_fingerprint_key ON devices (user_id, fingerprint);
CREATE INDEX devices_last_seen_at_idx ON devices (last_seen_at);

-- Failed attempts, by a hash of whom or where from.
CREATE TABLE throttles (
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    failures      INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT;

CREATE INDEX throttles_updated_at_idx ON throttles (updated_at);
