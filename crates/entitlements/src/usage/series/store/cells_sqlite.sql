-- What single uses come to in each span and in all of them, in groups: the most used, and the rest. SQLite alone.
WITH spans (place, began, ended) AS MATERIALIZED (
    SELECT key, value ->> 0, value ->> 1 FROM json_each(?5)
), parts AS MATERIALIZED (
    SELECT place, name, value, count(*) AS records, {part} AS number
    FROM (
        -- A cross join keeps the order: each span looks up its own uses.
        SELECT place, id, quantity, at, coalesce('=' || substr({group}, 1, 255), '') AS name, {value} AS value
        FROM spans CROSS JOIN usage_records
        WHERE workspace_id = ?3 AND feature = ?4 AND at >= began AND at < ended
    )
    GROUP BY place, name, value
), groups AS MATERIALIZED (
    SELECT name, row_number() OVER (ORDER BY {number} DESC, sum(records) DESC, name) - 1 AS label
    FROM parts
    GROUP BY name
    ORDER BY label
    LIMIT ?6
), uses AS (
    SELECT place, label, groups.name AS name, value, records, number FROM parts LEFT JOIN groups USING (name)
)
SELECT place, label, name, sum(records) AS records, {number} AS number FROM uses GROUP BY place, label
UNION ALL
SELECT (SELECT count(*) FROM spans), label, name, sum(records), {number} FROM uses GROUP BY label
