UPDATE hosting_sites SET condition = 'STARTING', status = 'STARTING' WHERE condition = 'SLEEPING';
ALTER TABLE hosting_sites DROP COLUMN sleep_after;
DROP TABLE hosting_metrics;
DROP TABLE hosting_site_events;
