-- Takes one id. SQLite alone.
INSERT INTO usage_ids (workspace_id, source, name, recorded_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
