-- Writes visitors. PostgreSQL alone.
INSERT INTO tracking_visitors (domain_id, visitor, visit_id, day, paced_at, paced, hits, counted)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (domain_id, visitor) DO UPDATE SET
    visit_id = excluded.visit_id,
    day = excluded.day,
    paced_at = excluded.paced_at,
    paced = excluded.paced,
    hits = excluded.hits,
    counted = excluded.counted
