-- How much of a feature a workspace has used in the window that is open: what the rows below come to, kept at hand. A
-- meter whose window is over is opened anew, from those rows.
CREATE TABLE usage_meters (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      TEXT NOT NULL,
    opened_at    INTEGER,
    used         INTEGER NOT NULL,
    latest_at    INTEGER,
    version      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX usage_meters_workspace_id_feature_key ON usage_meters (workspace_id, feature);

-- Each use that was told of. Never changed.
CREATE TABLE usage_records (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      TEXT NOT NULL,
    quantity     INTEGER NOT NULL,
    metadata     TEXT NOT NULL,
    at           INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX usage_records_workspace_id_idx ON usage_records (workspace_id, feature, at);

-- The records of each hour together.
CREATE TABLE usage_hours (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      TEXT NOT NULL,
    hour         INTEGER NOT NULL,
    records      INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    greatest     INTEGER NOT NULL,
    latest       INTEGER NOT NULL,
    latest_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, feature, hour)
) STRICT, WITHOUT ROWID;

-- What was told of under an id that its teller chose, so that it is not counted again.
CREATE TABLE usage_ids (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    source       TEXT NOT NULL,
    name         TEXT NOT NULL,
    recorded_at  INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, source, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_ids_recorded_at_idx ON usage_ids (recorded_at);

-- The distinct values of a feature that counts those, and when each was last seen.
CREATE TABLE usage_values (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      TEXT NOT NULL,
    value        TEXT NOT NULL,
    last_at      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, feature, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_values_last_at_idx ON usage_values (workspace_id, feature, last_at);
