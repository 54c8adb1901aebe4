INSERT INTO usage_hours (workspace_id, feature, hour, records, total, greatest, latest, latest_at)
SELECT workspace_id, feature, date_trunc('hour', at, 'UTC'), count(*), sum(quantity), max(quantity), 1, max(at)
FROM usage_records
WHERE workspace_id = {workspace}
GROUP BY 1, 2, 3;

-- Posts and storage count for ever, events by the month.
WITH opened (feature, at) AS (
    VALUES ('posts', timestamptz 'epoch'), ('storage', 'epoch'), ('tracking.events', date_trunc('month', now(), 'UTC'))
)
INSERT INTO usage_meters (workspace_id, feature, opened_at, used, latest_at, version)
SELECT workspace_id, feature, at, sum(CASE WHEN hour >= at THEN total ELSE 0 END), max(latest_at), sum(records)
FROM usage_hours JOIN opened USING (feature)
WHERE workspace_id = {workspace}
GROUP BY 1, 2, 3;
