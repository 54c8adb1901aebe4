INSERT INTO tracking_cells (domain_id, dimension, day, word, visitors, visits, views, events, bounces, spent_us)
SELECT domain_id, {dimension}, started_at / 86400000000, {column}, count(DISTINCT visitor), count(*), sum(views),
    sum(events), 0, sum(last_at - started_at)
FROM (SELECT *, started_at / 3600000000 % 24 AS hour FROM tracking_visits WHERE domain_id = {workspace})
GROUP BY 1, 2, 3, 4;
