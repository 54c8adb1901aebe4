-- Pages, and events but for views of them.
INSERT INTO tracking_cells (domain_id, dimension, day, word, visitors, visits, views, events, bounces, spent_us)
SELECT v.domain_id, 3, floor(extract(epoch FROM v.started_at) / 86400)::integer, e.page, count(DISTINCT v.visitor),
    count(DISTINCT v.id), count(*) FILTER (WHERE e.name = {words}), count(*) FILTER (WHERE e.name <> {words}), 0, 0
FROM tracking_visits AS v JOIN tracking_events AS e ON e.visit_id = v.id
WHERE v.domain_id = {workspace}
GROUP BY 1, 2, 3, 4;

INSERT INTO tracking_cells (domain_id, dimension, day, word, visitors, visits, views, events, bounces, spent_us)
SELECT v.domain_id, 15, floor(extract(epoch FROM v.started_at) / 86400)::integer, e.name, count(DISTINCT v.visitor),
    count(DISTINCT v.id), 0, count(*), 0, 0
FROM tracking_visits AS v JOIN tracking_events AS e ON e.visit_id = v.id
WHERE v.domain_id = {workspace} AND e.name <> {words}
GROUP BY 1, 2, 3, 4;
