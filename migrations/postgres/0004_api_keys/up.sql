CREATE TABLE api_keys (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id         bigint           NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id              uuid             NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name                 text COLLATE "C" NOT NULL,
    environment          text             NOT NULL,
    prefix               text COLLATE "C" NOT NULL,
    hash                 bytea            NOT NULL,
    scopes               jsonb            NOT NULL,
    rate_limit_tier      text,
    allowed_ips          jsonb            NOT NULL,
    server_scopes        jsonb,
    last_used_at         timestamptz,
    expires_at           timestamptz,
    grace_period_ends_at timestamptz,
    rotated_from_id      bigint REFERENCES api_keys (id),
    revoked_at           timestamptz,
    created_at           timestamptz      NOT NULL,
    updated_at           timestamptz      NOT NULL
);

CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (hash);
CREATE INDEX api_keys_workspace_id_idx ON api_keys (workspace_id, id);
CREATE INDEX api_keys_user_id_idx ON api_keys (user_id);
CREATE INDEX api_keys_rotated_from_id_idx ON api_keys (rotated_from_id) WHERE rotated_from_id IS NOT NULL;
CREATE INDEX api_keys_grace_idx ON api_keys (grace_period_ends_at) WHERE grace_period_ends_at IS NOT NULL AND revoked_at IS NULL;
