INSERT INTO tracking_domains (id, workspace_id, name, pixel_key, settings, created_at, updated_at)
OVERRIDING SYSTEM VALUE
VALUES ({workspace}, {workspace}, 'bench.example', 'px_' || {workspace}, '{}', now(), now());

-- Two names of events, the host, and so many of each: sources, countries, devices, browsers, systems and pages.
INSERT INTO tracking_words (id, domain_id, word)
OVERRIDING SYSTEM VALUE
SELECT {words} + n, {workspace},
    CASE WHEN n = 0 THEN 'pageview' WHEN n = 1 THEN 'click' WHEN n < 100 THEN 'word ' || n ELSE '/articles/' || n END
FROM generate_series(0, 1099) AS n;
