-- An hour ago, one after the other; ids as scattered as those that the gateway draws.
INSERT INTO webhook_messages (id, workspace_id, event_id, event_type, channels, body, created_at)
OVERRIDING SYSTEM VALUE
SELECT n, {workspace}, 'evt_' || left(md5(n::text), 24), 'load.e' || lpad((n % {endpoints})::text, 2, '0'), '[]',
       '{"id":"evt_' || lpad(n::text, 24, '0') || '","type":"load.e00","created_at":"2026-01-01T00:00:00Z","data":{"order":4711,"sent":"'
           || lpad(n::text, 16, '0') || '"},"workspace_id":{workspace}}',
       now() - interval '1 hour' + n * interval '1 microsecond'
FROM generate_series({first}, {last}) AS n;

INSERT INTO webhook_deliveries
    (id, workspace_id, endpoint_id, message_id, status, attempt, response_code, delivered_at, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT id, workspace_id, {endpoint} + id % {endpoints}, id, 'success', 1, 200, created_at, created_at, created_at
FROM webhook_messages
WHERE id BETWEEN {first} AND {last};

INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, response_code)
SELECT id, 1, created_at, 1, 200
FROM webhook_messages
WHERE id BETWEEN {first} AND {last};
