-- How much of a feature a workspace has used in the window that is open: what the rows below come to, kept at hand. A
-- meter whose window is over is opened anew, from those rows.
CREATE TABLE usage_meters (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      text NOT NULL,
    opened_at    timestamptz,
    used         bigint NOT NULL,
    latest_at    timestamptz,
    version      bigint NOT NULL
);

CREATE UNIQUE INDEX usage_meters_workspace_id_feature_key ON usage_meters (workspace_id, feature);

-- Each use that was told of. Never changed.
CREATE TABLE usage_records (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      text NOT NULL,
    quantity     bigint NOT NULL,
    metadata     jsonb NOT NULL,
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL
);

CREATE INDEX usage_records_workspace_id_idx ON usage_records (workspace_id, feature, at);

-- The records of each hour together.
CREATE TABLE usage_hours (
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      text NOT NULL,
    hour         timestamptz NOT NULL,
    records      bigint NOT NULL,
    total        bigint NOT NULL,
    greatest     bigint NOT NULL,
    latest       bigint NOT NULL,
    latest_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, feature, hour)
);

-- What was told of under an id that its teller chose, so that it is not counted again.
CREATE TABLE usage_ids (
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    source       text NOT NULL,
    name         text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, source, name)
);

CREATE INDEX usage_ids_recorded_at_idx ON usage_ids (recorded_at);

-- The distinct values of a feature that counts those, and when each was last seen.
CREATE TABLE usage_values (
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      text NOT NULL,
    value        text NOT NULL,
    last_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, feature, value)
);

CREATE INDEX usage_values_last_at_idx ON usage_values (workspace_id, feature, last_at);
