WITH row (n, at) AS (
    SELECT n, timestamptz 'epoch' + ({since} + n * {step}::bigint) * interval '1 microsecond'
    FROM generate_series({first}, {last}) AS n
)
INSERT INTO usage_records (workspace_id, feature, quantity, metadata, at, recorded_at)
SELECT {workspace}, CASE n % 3 WHEN 0 THEN 'posts' WHEN 1 THEN 'storage' ELSE 'tracking.events' END, 1, '{}', at, at
FROM row;
