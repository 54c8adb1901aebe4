WITH row (n, at) AS (SELECT n, now() + n * interval '1 microsecond' FROM generate_series({first}, {last}) AS n)
INSERT INTO workspaces (id, name, slug, tier, settings, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT {workspace} + n, 'Seeded ' || n, 'seeded-' || n, 'free', '{}', at, at
FROM row;

SELECT setval(pg_get_serial_sequence('workspaces', 'id'), {workspace} + {last});

INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at)
SELECT id, '{user}', 'owner', created_at, updated_at
FROM workspaces
WHERE id BETWEEN {workspace} + {first} AND {workspace} + {last};
