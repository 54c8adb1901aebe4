-- Adds to cells. PostgreSQL alone.
INSERT INTO tracking_cells AS cells
    (domain_id, dimension, day, word, visitors, visits, views, events, bounces, spent_us)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (domain_id, dimension, day, word) DO UPDATE SET
    visitors = cells.visitors + excluded.visitors,
    visits = cells.visits + excluded.visits,
    views = cells.views + excluded.views,
    events = cells.events + excluded.events,
    bounces = cells.bounces + excluded.bounces,
    spent_us = cells.spent_us + excluded.spent_us
