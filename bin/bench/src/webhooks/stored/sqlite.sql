-- An hour ago, one after the other; ids as scattered as those that the gateway draws.
WITH RECURSIVE row (n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM row WHERE n < {last})
INSERT INTO webhook_messages (id, workspace_id, event_id, event_type, channels, body, created_at)
SELECT n, {workspace}, 'evt_' || lower(hex(randomblob(12))), printf('load.e%02d', n % {endpoints}), '[]',
       printf('{"id":"evt_%024d","type":"load.e00","created_at":"2026-01-01T00:00:00Z","data":{"order":4711,"sent":"%016d"},"workspace_id":%d}', n, n, {workspace}),
       (unixepoch() - 3600) * 1000000 + n
FROM row;

INSERT INTO webhook_deliveries
    (id, workspace_id, endpoint_id, message_id, status, attempt, response_code, delivered_at, created_at, updated_at)
SELECT id, workspace_id, {endpoint} + id % {endpoints}, id, 'success', 1, 200, created_at, created_at, created_at
FROM webhook_messages
WHERE id BETWEEN {first} AND {last};

INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, response_code)
SELECT id, 1, created_at, 1, 200
FROM webhook_messages
WHERE id BETWEEN {first} AND {last};
