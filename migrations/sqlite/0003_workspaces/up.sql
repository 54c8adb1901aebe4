CREATE TABLE workspaces (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    slug       TEXT NOT NULL,
    tier       TEXT NOT NULL,
    settings   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    personal_of BLOB REFERENCES users (id) ON DELETE SET NULL
) STRICT;

-- A slug is free again when its workspace is deleted.
CREATE UNIQUE INDEX workspaces_slug_key ON workspaces (slug) WHERE deleted_at IS NULL;
-- A person has one workspace that was made for them alone.
CREATE UNIQUE INDEX workspaces_personal_of_key ON workspaces (personal_of) WHERE deleted_at IS NULL;

-- A person's workspaces lie together, newest last: the default order of their list.
CREATE TABLE memberships (
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    role         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
) STRICT, WITHOUT ROWID;

-- The oldest membership of a person is their default one; also counts their workspaces.
CREATE INDEX memberships_user_id_idx ON memberships (user_id, created_at, workspace_id);
-- The members of a workspace in the order they joined.
CREATE INDEX memberships_workspace_id_idx ON memberships (workspace_id, created_at, user_id);
