-- The endpoints with something due. It steps from one endpoint to the next within the index of what is not over, so that
-- it costs as much as there are endpoints with work, and not as much as there is work.
WITH RECURSIVE lanes (endpoint_id) AS (
    SELECT min(endpoint_id) FROM webhook_deliveries WHERE due_at IS NOT NULL
    UNION ALL
    SELECT (
        SELECT min(d.endpoint_id) FROM webhook_deliveries d
        WHERE d.due_at IS NOT NULL AND d.endpoint_id > lanes.endpoint_id
    )
    FROM lanes WHERE lanes.endpoint_id IS NOT NULL
)
SELECT lanes.endpoint_id AS endpoint_id FROM lanes
WHERE lanes.endpoint_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM webhook_deliveries d
    WHERE d.endpoint_id = lanes.endpoint_id AND d.due_at IS NOT NULL AND d.due_at <= $1
        AND (d.lease_until IS NULL OR d.lease_until <= $1)
)
ORDER BY lanes.endpoint_id
