SELECT setval(pg_get_serial_sequence('webhook_messages', 'id'), max(id)) FROM webhook_messages;
SELECT setval(pg_get_serial_sequence('webhook_deliveries', 'id'), max(id)) FROM webhook_deliveries;
ANALYZE webhook_messages, webhook_deliveries, webhook_attempts;
