-- How long sites and databases ran, and builds took, until it is counted against the plan: one row an hour each.
CREATE TABLE hosting_runs (
    kind         text NOT NULL,
    resource_id  text NOT NULL,
    hour         timestamptz NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    seconds      bigint NOT NULL,
    noted_at     timestamptz NOT NULL,
    PRIMARY KEY (kind, resource_id, hour)
);

CREATE INDEX hosting_runs_hour_idx ON hosting_runs (hour);
CREATE INDEX hosting_runs_workspace_id_idx ON hosting_runs (workspace_id);

-- Workspaces that owe what ran, and since when.
CREATE TABLE hosting_debts (
    workspace_id bigint PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    since        timestamptz NOT NULL,
    -- Whether what it runs was stopped for it.
    is_suspended boolean NOT NULL
);

ALTER TABLE hosting_databases ADD COLUMN stop_reason text;
UPDATE hosting_databases SET stop_reason = 'USER' WHERE desired = 'STOPPED';

ALTER TABLE hosting_deployments ADD COLUMN is_counted boolean NOT NULL DEFAULT false;
-- Those that ended before builds were counted are not.
UPDATE hosting_deployments SET is_counted = true WHERE finished_at IS NOT NULL;
CREATE INDEX hosting_deployments_is_counted_finished_at_idx ON hosting_deployments (is_counted, finished_at);
