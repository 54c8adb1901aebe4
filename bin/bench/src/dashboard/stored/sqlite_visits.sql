WITH RECURSIVE visit (n, at) AS (
    VALUES ({first}, {since} + {first} * {step})
    UNION ALL
    SELECT n + 1, at + {step} FROM visit WHERE n < {last}
)
INSERT INTO tracking_visits (id, domain_id, visitor, started_at, last_at, hits, views, events, host, entry_page, exit_page,
    referrer, source, medium, campaign, term, content, country, device, browser, os)
SELECT {visits} + n, {workspace}, n, at, at + 120000000, 5, 4, 1, {words} + 2, {words} + 100 + n * 7919 % 1000,
    {words} + 100 + (n * 7919 + 3 * 104729) % 1000, 0, {words} + 3 + n % 20, 0, 0, 0, 0, {words} + 23 + n % 30,
    {words} + 53 + n % 3, {words} + 56 + n % 5, {words} + 61 + n % 5
FROM visit;

INSERT INTO tracking_events (visit_id, number, at, name, page)
SELECT v.id, h.number, v.started_at + (h.number - 1) * 30000000, {words} + h.number / 5,
    {words} + 100 + (v.visitor * 7919 + min(h.number - 1, 3) * 104729) % 1000
FROM tracking_visits AS v
CROSS JOIN (SELECT 1 AS number UNION ALL VALUES (2), (3), (4), (5)) AS h
WHERE v.id BETWEEN {visits} + {first} AND {visits} + {last};
