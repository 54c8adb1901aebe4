-- Writes how far visits have come. PostgreSQL alone.
UPDATE tracking_visits AS visits
SET last_at = new.last_at, hits = new.hits, views = new.views, events = new.events, exit_page = new.exit_page
FROM unnest($1, $2, $3, $4, $5, $6) AS new (id, last_at, hits, views, events, exit_page)
WHERE visits.id = new.id
