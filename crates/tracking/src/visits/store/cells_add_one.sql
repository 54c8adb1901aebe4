-- Adds to one cell. SQLite alone.
INSERT INTO tracking_cells AS cells
    (domain_id, dimension, day, word, visitors, visits, views, events, bounces, spent_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (domain_id, dimension, day, word) DO UPDATE SET
    visitors = cells.visitors + excluded.visitors,
    visits = cells.visits + excluded.visits,
    views = cells.views + excluded.views,
    events = cells.events + excluded.events,
    bounces = cells.bounces + excluded.bounces,
    spent_us = cells.spent_us + excluded.spent_us
