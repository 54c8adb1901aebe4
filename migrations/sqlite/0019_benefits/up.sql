-- At which instant a billing month of a workspace begins, where it is not the calendar's.
CREATE TABLE billing_anchors (
    workspace_id INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    anchor       INTEGER NOT NULL
) STRICT;

-- What a workspace has of a feature beside its plan.
CREATE TABLE boosts (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    added        INTEGER NOT NULL,
    term         TEXT NOT NULL,
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER,
    cancelled_at INTEGER,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX boosts_workspace_id_idx ON boosts (workspace_id, id);
