CREATE TABLE users (
    id            BLOB NOT NULL PRIMARY KEY,
    display_name  TEXT NOT NULL,
    password_hash TEXT,
    is_owner      INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

-- The installation has one owner.
CREATE UNIQUE INDEX users_is_owner_key ON users (is_owner) WHERE is_owner = 1;

CREATE TABLE user_emails (
    id          BLOB NOT NULL PRIMARY KEY,
    user_id     BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email       TEXT NOT NULL,
    email_key   TEXT NOT NULL,
    is_default  INTEGER NOT NULL,
    verified_at INTEGER,
    created_at  INTEGER NOT NULL
) STRICT;

-- Only a verified address belongs to somebody; anyone may claim one that is not.
CREATE UNIQUE INDEX user_emails_email_key_key ON user_emails (email_key) WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX user_emails_user_id_key ON user_emails (user_id) WHERE is_default = 1;
CREATE UNIQUE INDEX user_emails_user_id_email_key_key ON user_emails (user_id, email_key);

CREATE TABLE sessions (
    id           BLOB NOT NULL PRIMARY KEY,
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    generation   INTEGER NOT NULL,
    refreshed_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE signing_keys (
    kid            TEXT NOT NULL PRIMARY KEY,
    algorithm      TEXT NOT NULL,
    sealed_private BLOB NOT NULL,
    signs_from     INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    retired_at     INTEGER
) STRICT;

-- One key of each algorithm has no end yet, however many nodes start or rotate at once.
CREATE UNIQUE INDEX signing_keys_algorithm_key ON signing_keys (algorithm) WHERE retired_at IS NULL;
