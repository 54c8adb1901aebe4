DROP TABLE idempotency_keys;
DROP TABLE jobs;
DROP TABLE outbox;
DROP TABLE events;
DROP FUNCTION events_wait();
DROP TABLE changes;
DROP TABLE installation;
