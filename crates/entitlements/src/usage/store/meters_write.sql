-- Writes meters that are locked. PostgreSQL alone.
UPDATE usage_meters AS meters
SET opened_at = new.opened_at, used = new.used, latest_at = new.latest_at, version = new.version,
    held = new.held, held_until = new.held_until, told = new.told
FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
    AS new (id, opened_at, used, latest_at, version, held, held_until, told)
WHERE meters.id = new.id
