-- Makes the meters that are missing, of workspaces that are there. PostgreSQL alone.
INSERT INTO usage_meters (workspace_id, feature, used, version)
SELECT wanted.workspace_id, wanted.feature, 0, 0
FROM unnest($1, $2) AS wanted (workspace_id, feature)
WHERE EXISTS (SELECT 1 FROM workspaces WHERE workspaces.id = wanted.workspace_id)
ORDER BY wanted.workspace_id, wanted.feature
ON CONFLICT DO NOTHING
