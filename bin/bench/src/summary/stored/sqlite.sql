WITH RECURSIVE row (n, at) AS (
    VALUES ({first}, {since} + {first} * {step})
    UNION ALL
    SELECT n + 1, at + {step} FROM row WHERE n < {last}
)
INSERT INTO usage_records (workspace_id, feature, quantity, metadata, at, recorded_at)
SELECT {workspace}, CASE n % 3 WHEN 0 THEN 'posts' WHEN 1 THEN 'storage' ELSE 'tracking.events' END, 1, '{}', at, at
FROM row;
