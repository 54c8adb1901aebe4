-- What single uses come to in each span and in all of them, in groups: the most used, and the rest. PostgreSQL alone.
WITH parts AS MATERIALIZED (
    SELECT place, name, value, count(*) AS records, {part} AS number
    FROM (
        SELECT width_bucket(at, $5) - 1 AS place, id, quantity, at,
            coalesce('=' || left({group}, 255), '') COLLATE "C" AS name, {value} AS value
        FROM usage_records
        WHERE workspace_id = $3 AND feature = $4 AND at >= $5[1] AND at < $5[cardinality($5)]
    ) AS records
    GROUP BY place, name, value
), groups AS MATERIALIZED (
    SELECT name, row_number() OVER (ORDER BY {number} DESC, sum(records) DESC, name) - 1 AS label
    FROM parts
    GROUP BY name
    ORDER BY label
    LIMIT $6
), uses AS (
    SELECT place, label, groups.name AS name, value, records, number
    FROM parts LEFT JOIN groups ON groups.name = parts.name
)
SELECT place::bigint, label, name, sum(records)::bigint AS records, {number} AS number FROM uses GROUP BY place, label, name
UNION ALL
SELECT cardinality($5) - 1, label, name, sum(records)::bigint, {number} FROM uses GROUP BY label, name
