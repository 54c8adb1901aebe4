-- Adds to hours whose meters are locked. PostgreSQL alone.
INSERT INTO usage_hours AS hours (workspace_id, feature, hour, records, total, greatest, latest, latest_at)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (workspace_id, feature, hour) DO UPDATE SET
    records = hours.records + excluded.records,
    total = least(hours.total + excluded.total, 9007199254740991),
    greatest = greatest(hours.greatest, excluded.greatest),
    latest = CASE WHEN excluded.latest_at >= hours.latest_at THEN excluded.latest ELSE hours.latest END,
    latest_at = greatest(hours.latest_at, excluded.latest_at)
