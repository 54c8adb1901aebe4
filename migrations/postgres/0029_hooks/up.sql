-- Where git servers tell of pushes: the token of the address as a hash, token and secret sealed.
CREATE TABLE hosting_hooks (
    site_id    text PRIMARY KEY REFERENCES hosting_sites (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL,
    sealed     bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX hosting_hooks_token_hash_key ON hosting_hooks (token_hash);

-- What they told, and what came of it. What is told again is known by what the server calls it, or by its body.
CREATE TABLE hosting_hook_deliveries (
    id            text PRIMARY KEY,
    site_id       text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    key_hash      bytea,
    body_hash     bytea,
    provider      text NOT NULL,
    event         text NOT NULL,
    outcome       text NOT NULL,
    reason        text,
    branch        text,
    commit_id     text,
    deployment_id text,
    created_at    timestamptz NOT NULL
);

CREATE UNIQUE INDEX hosting_hook_deliveries_site_id_key_hash_key ON hosting_hook_deliveries (site_id, key_hash);
CREATE UNIQUE INDEX hosting_hook_deliveries_site_id_body_hash_key ON hosting_hook_deliveries (site_id, body_hash);
CREATE INDEX hosting_hook_deliveries_site_id_created_at_idx ON hosting_hook_deliveries (site_id, created_at, id);

-- Why a push was not deployed that is kept in the history all the same.
ALTER TABLE hosting_deployments ADD COLUMN skip_reason text;
