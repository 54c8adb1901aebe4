-- One second ahead: the owner's first workspace stays the oldest.
WITH RECURSIVE row (n, at) AS (
    VALUES ({first}, (unixepoch() + 1) * 1000000)
    UNION ALL
    SELECT n + 1, at + 1 FROM row WHERE n < {last}
)
INSERT INTO workspaces (id, name, slug, tier, settings, created_at, updated_at)
SELECT {workspace} + n, 'Seeded ' || n, 'seeded-' || n, 'free', '{}', at, at
FROM row;

INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at)
SELECT id, unhex(replace('{user}', '-', '')), 'owner', created_at, updated_at
FROM workspaces
WHERE id BETWEEN {workspace} + {first} AND {workspace} + {last};
