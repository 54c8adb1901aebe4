WITH row (n, hash, at) AS (
    SELECT {first} + key, value, (unixepoch() + 1) * 1000000 + key FROM json_each('{hashes}')
)
INSERT INTO api_keys
    (workspace_id, user_id, name, environment, prefix, hash, scopes, allowed_ips, created_at, updated_at)
SELECT {workspace} + n % {workspaces} + 1, unhex(replace('{user}', '-', '')), 'Seeded ' || n, 'live',
       'sk_live_000', unhex(hash), '["*"]', '[]', at, at
FROM row;
