-- How long sites and databases ran, and builds took, until it is counted against the plan: one row an hour each.
CREATE TABLE hosting_runs (
    kind         TEXT NOT NULL,
    resource_id  TEXT NOT NULL,
    hour         INTEGER NOT NULL,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    seconds      INTEGER NOT NULL,
    noted_at     INTEGER NOT NULL,
    PRIMARY KEY (kind, resource_id, hour)
) STRICT;

CREATE INDEX hosting_runs_hour_idx ON hosting_runs (hour);
CREATE INDEX hosting_runs_workspace_id_idx ON hosting_runs (workspace_id);

-- Workspaces that owe what ran, and since when.
CREATE TABLE hosting_debts (
    workspace_id INTEGER PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    since        INTEGER NOT NULL,
    -- Whether what it runs was stopped for it.
    is_suspended INTEGER NOT NULL
) STRICT;

ALTER TABLE hosting_databases ADD COLUMN stop_reason TEXT;
UPDATE hosting_databases SET stop_reason = 'USER' WHERE desired = 'STOPPED';

ALTER TABLE hosting_deployments ADD COLUMN is_counted INTEGER NOT NULL DEFAULT 0;
-- Those that ended before builds were counted are not.
UPDATE hosting_deployments SET is_counted = 1 WHERE finished_at IS NOT NULL;
CREATE INDEX hosting_deployments_is_counted_finished_at_idx ON hosting_deployments (is_counted, finished_at);
