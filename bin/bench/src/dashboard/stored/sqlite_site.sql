INSERT INTO tracking_domains (id, workspace_id, name, pixel_key, settings, created_at, updated_at)
VALUES ({workspace}, {workspace}, 'bench.example', 'px_' || {workspace}, '{}', {since}, {since});

-- Two names of events, the host, and so many of each: sources, countries, devices, browsers, systems and pages.
WITH RECURSIVE word (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM word WHERE n < 1099)
INSERT INTO tracking_words (id, domain_id, word)
SELECT {words} + n, {workspace},
    CASE WHEN n = 0 THEN 'pageview' WHEN n = 1 THEN 'click' WHEN n < 100 THEN 'word ' || n ELSE '/articles/' || n END
FROM word;
