-- Takes ids, and tells which. PostgreSQL alone.
INSERT INTO usage_ids (workspace_id, source, name, recorded_at)
SELECT * FROM unnest($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING workspace_id, source, name
