-- Writes when one value was last seen. SQLite alone.
INSERT INTO usage_values (workspace_id, feature, value, last_at) VALUES (?, ?, ?, ?)
ON CONFLICT (workspace_id, feature, value) DO UPDATE SET last_at = excluded.last_at
