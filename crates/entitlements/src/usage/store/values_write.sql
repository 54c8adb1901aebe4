-- Writes when values were last seen whose meters are locked. PostgreSQL alone.
INSERT INTO usage_values (workspace_id, feature, value, last_at)
SELECT * FROM unnest($1, $2, $3, $4)
ON CONFLICT (workspace_id, feature, value) DO UPDATE SET last_at = excluded.last_at
