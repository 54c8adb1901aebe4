-- Writes meters that are locked. PostgreSQL alone.
UPDATE usage_meters AS meters
SET opened_at = new.opened_at, used = new.used, latest_at = new.latest_at,
    version = new.version
FROM unnest($1, $2, $3, $4, $5) AS new (id, opened_at, used, latest_at, version)
WHERE meters.id = new.id
