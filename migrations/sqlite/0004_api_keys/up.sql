CREATE TABLE api_keys (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id         INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id              BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name                 TEXT NOT NULL,
    environment          TEXT NOT NULL,
    prefix               TEXT NOT NULL,
    hash                 BLOB NOT NULL,
    scopes               TEXT NOT NULL,
    rate_limit_tier      TEXT,
    allowed_ips          TEXT NOT NULL,
    server_scopes        TEXT,
    last_used_at         INTEGER,
    expires_at           INTEGER,
    grace_period_ends_at INTEGER,
    rotated_from_id      INTEGER REFERENCES api_keys (id),
    revoked_at           INTEGER,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (hash);
CREATE INDEX api_keys_workspace_id_idx ON api_keys (workspace_id, id);
CREATE INDEX api_keys_user_id_idx ON api_keys (user_id);
CREATE INDEX api_keys_rotated_from_id_idx ON api_keys (rotated_from_id) WHERE rotated_from_id IS NOT NULL;
CREATE INDEX api_keys_grace_idx ON api_keys (grace_period_ends_at) WHERE grace_period_ends_at IS NOT NULL AND revoked_at IS NULL;
