WITH visit (n, at) AS (
    SELECT n, timestamptz 'epoch' + ({since} + n * {step}::bigint) * interval '1 microsecond'
    FROM generate_series({first}::bigint, {last}::bigint) AS n
)
INSERT INTO tracking_visits (id, domain_id, visitor, started_at, last_at, hits, views, events, host, entry_page, exit_page,
    referrer, source, medium, campaign, term, content, country, device, browser, os)
SELECT {visits} + n, {workspace}, n, at, at + interval '2 minutes', 5, 4, 1, {words} + 2,
    {words} + 100 + n * 7919 % 1000, {words} + 100 + (n * 7919 + 3 * 104729) % 1000, 0, {words} + 3 + n % 20, 0, 0, 0, 0,
    {words} + 23 + n % 30, {words} + 53 + n % 3, {words} + 56 + n % 5, {words} + 61 + n % 5
FROM visit;

INSERT INTO tracking_events (visit_id, number, at, name, page)
SELECT v.id, h.number, v.started_at + (h.number - 1) * interval '30 seconds', {words} + h.number / 5,
    {words} + 100 + (v.visitor * 7919 + least(h.number - 1, 3) * 104729) % 1000
FROM tracking_visits AS v
CROSS JOIN generate_series(1, 5) AS h (number)
WHERE v.id BETWEEN {visits} + {first} AND {visits} + {last};
