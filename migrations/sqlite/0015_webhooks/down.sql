DROP TABLE webhook_replays;
DROP TABLE webhook_event_types;
DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_messages;
DROP TABLE webhook_rosters;
DROP TABLE webhook_endpoints;
