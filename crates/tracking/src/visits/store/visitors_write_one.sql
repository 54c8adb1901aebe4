-- Writes one visitor. SQLite alone.
INSERT INTO tracking_visitors (domain_id, visitor, visit_id, day, paced_at, paced, hits, counted)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (domain_id, visitor) DO UPDATE SET
    visit_id = excluded.visit_id,
    day = excluded.day,
    paced_at = excluded.paced_at,
    paced = excluded.paced,
    hits = excluded.hits,
    counted = excluded.counted
