-- Names and slugs sort by their bytes, as on SQLite.
CREATE TABLE workspaces (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text COLLATE "C" NOT NULL,
    slug       text COLLATE "C" NOT NULL,
    tier       text COLLATE "C" NOT NULL,
    settings   jsonb            NOT NULL,
    created_at timestamptz      NOT NULL,
    updated_at timestamptz      NOT NULL,
    deleted_at timestamptz,
    personal_of uuid        REFERENCES users (id) ON DELETE SET NULL
);

-- A slug is free again when its workspace is deleted.
CREATE UNIQUE INDEX workspaces_slug_key ON workspaces (slug) WHERE deleted_at IS NULL;
-- A person has one workspace that was made for them alone.
CREATE UNIQUE INDEX workspaces_personal_of_key ON workspaces (personal_of) WHERE deleted_at IS NULL;

-- A person's workspaces lie together, newest last: the default order of their list.
CREATE TABLE memberships (
    user_id      uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    workspace_id bigint      NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    role         text        NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, workspace_id)
);

-- The oldest membership of a person is their default one; also counts their workspaces.
CREATE INDEX memberships_user_id_idx ON memberships (user_id, created_at, workspace_id);
-- The members of a workspace in the order they joined.
CREATE INDEX memberships_workspace_id_idx ON memberships (workspace_id, created_at, user_id);
