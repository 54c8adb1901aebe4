INSERT INTO tracking_cells (domain_id, dimension, day, word, visitors, visits, views, events, bounces, spent_us)
SELECT domain_id, {dimension}, floor(extract(epoch FROM started_at) / 86400)::integer, {column}::bigint,
    count(DISTINCT visitor), count(*), sum(views), sum(events), 0,
    sum((extract(epoch FROM last_at - started_at) * 1000000)::bigint)
FROM (
    SELECT *, floor(extract(epoch FROM started_at) / 3600)::bigint % 24 AS hour
    FROM tracking_visits WHERE domain_id = {workspace}
) AS visits
GROUP BY 1, 2, 3, 4;
