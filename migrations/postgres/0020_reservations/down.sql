ALTER TABLE usage_meters DROP COLUMN told;
ALTER TABLE usage_meters DROP COLUMN held_until;
ALTER TABLE usage_meters DROP COLUMN held;
DROP TABLE usage_reservations;
