-- At which instant a billing month of a workspace begins, where it is not the calendar's.
CREATE TABLE billing_anchors (
    workspace_id bigint NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    anchor       timestamptz NOT NULL
);

-- What a workspace has of a feature beside its plan.
CREATE TABLE boosts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      text NOT NULL,
    kind         text NOT NULL,
    added        bigint NOT NULL,
    term         text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz,
    cancelled_at timestamptz,
    created_at   timestamptz NOT NULL
);

CREATE INDEX boosts_workspace_id_idx ON boosts (workspace_id, id);
