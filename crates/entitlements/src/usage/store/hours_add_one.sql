-- Adds to one hour. SQLite alone.
INSERT INTO usage_hours (workspace_id, feature, hour, records, total, greatest, latest, latest_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, feature, hour) DO UPDATE SET
    records = records + excluded.records,
    total = min(total + excluded.total, 9007199254740991),
    greatest = max(greatest, excluded.greatest),
    latest = CASE WHEN excluded.latest_at >= latest_at THEN excluded.latest ELSE latest END,
    latest_at = max(latest_at, excluded.latest_at)
