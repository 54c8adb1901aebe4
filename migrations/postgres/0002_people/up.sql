CREATE TABLE users (
    id            uuid        NOT NULL PRIMARY KEY,
    display_name  text        NOT NULL,
    password_hash text,
    is_owner      boolean     NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

-- The installation has one owner.
CREATE UNIQUE INDEX users_is_owner_key ON users (is_owner) WHERE is_owner;

CREATE TABLE user_emails (
    id          uuid        NOT NULL PRIMARY KEY,
    user_id     uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email       text        NOT NULL,
    email_key   text        NOT NULL,
    is_default  boolean     NOT NULL,
    verified_at timestamptz,
    created_at  timestamptz NOT NULL
);

-- Only a verified address belongs to somebody; anyone may claim one that is not.
CREATE UNIQUE INDEX user_emails_email_key_key ON user_emails (email_key) WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX user_emails_user_id_key ON user_emails (user_id) WHERE is_default;
CREATE UNIQUE INDEX user_emails_user_id_email_key_key ON user_emails (user_id, email_key);

CREATE TABLE sessions (
    id           uuid        NOT NULL PRIMARY KEY,
    user_id      uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    generation   bigint      NOT NULL,
    refreshed_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    created_at   timestamptz NOT NULL
);

CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE signing_keys (
    kid            text        NOT NULL PRIMARY KEY,
    algorithm      text        NOT NULL,
    sealed_private bytea       NOT NULL,
    signs_from     timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    retired_at     timestamptz
);

-- One key of each algorithm has no end yet, however many nodes start or rotate at once.
CREATE UNIQUE INDEX signing_keys_algorithm_key ON signing_keys (algorithm) WHERE retired_at IS NULL;
