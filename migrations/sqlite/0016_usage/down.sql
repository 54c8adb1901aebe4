DROP TABLE usage_values;
DROP TABLE usage_ids;
DROP TABLE usage_hours;
DROP TABLE usage_records;
DROP TABLE usage_meters;
