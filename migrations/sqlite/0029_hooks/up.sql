-- Where git servers tell of pushes: the token of the address as a hash, token and secret sealed.
CREATE TABLE hosting_hooks (
    site_id    TEXT PRIMARY KEY REFERENCES hosting_sites (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL,
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX hosting_hooks_token_hash_key ON hosting_hooks (token_hash);

-- What they told, and what came of it. What is told again is known by what the server calls it, or by its body.
CREATE TABLE hosting_hook_deliveries (
    id            TEXT PRIMARY KEY,
    site_id       TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    key_hash      BLOB,
    body_hash     BLOB,
    provider      TEXT NOT NULL,
    event         TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    reason        TEXT,
    branch        TEXT,
    commit_id     TEXT,
    deployment_id TEXT,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX hosting_hook_deliveries_site_id_key_hash_key ON hosting_hook_deliveries (site_id, key_hash);
CREATE UNIQUE INDEX hosting_hook_deliveries_site_id_body_hash_key ON hosting_hook_deliveries (site_id, body_hash);
CREATE INDEX hosting_hook_deliveries_site_id_created_at_idx ON hosting_hook_deliveries (site_id, created_at, id);

-- Why a push was not deployed that is kept in the history all the same.
ALTER TABLE hosting_deployments ADD COLUMN skip_reason TEXT;
