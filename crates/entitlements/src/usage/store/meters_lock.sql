-- Locks meters in the order of their numbers, so that two who want the same ones never wait for each other. PostgreSQL alone.
SELECT meters.*
FROM usage_meters AS meters
JOIN unnest($1, $2) AS wanted (workspace_id, feature)
    ON meters.workspace_id = wanted.workspace_id AND meters.feature = wanted.feature
ORDER BY meters.id
FOR NO KEY UPDATE OF meters
