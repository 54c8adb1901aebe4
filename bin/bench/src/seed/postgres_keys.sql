WITH seeded (hash, place) AS (SELECT * FROM jsonb_array_elements_text('{hashes}') WITH ORDINALITY),
     row (n, hash, at) AS (SELECT {first} + place - 1, hash, now() + place * interval '1 microsecond' FROM seeded)
INSERT INTO api_keys
    (workspace_id, user_id, name, environment, prefix, hash, scopes, allowed_ips, created_at, updated_at)
SELECT {workspace} + n % {workspaces} + 1, '{user}', 'Seeded ' || n, 'live',
       'sk_live_000', decode(hash, 'hex'), '["*"]', '[]', at, at
FROM row;
