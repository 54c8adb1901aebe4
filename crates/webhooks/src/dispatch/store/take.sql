-- Takes of each lane as much as it has room for, the longest due first. PostgreSQL alone.
UPDATE webhook_deliveries AS taken SET lease_until = $4
FROM (
    SELECT due.id
    FROM unnest($1, $2) AS lanes (endpoint_id, room)
    CROSS JOIN LATERAL (
        SELECT d.id FROM webhook_deliveries AS d
        WHERE d.endpoint_id = lanes.endpoint_id AND d.due_at IS NOT NULL AND d.due_at <= $3
            AND (d.lease_until IS NULL OR d.lease_until <= $3)
        ORDER BY d.due_at, d.id
        LIMIT lanes.room
        FOR UPDATE SKIP LOCKED
    ) AS due
) AS due
WHERE taken.id = due.id
RETURNING taken.id, taken.endpoint_id, taken.message_id, taken.attempt, taken.due_at
