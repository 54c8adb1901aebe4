-- Who owns a project cannot be deleted before it is handed over or deleted.
CREATE TABLE projects (
    id           BLOB NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    slug         TEXT NOT NULL,
    name         TEXT NOT NULL,
    description  TEXT,
    is_public    INTEGER NOT NULL,
    owner_id     BLOB NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX projects_slug_key ON projects (slug);
CREATE INDEX projects_workspace_id_idx ON projects (workspace_id);
CREATE INDEX projects_owner_id_idx ON projects (owner_id);

CREATE TABLE project_members (
    id         BLOB NOT NULL PRIMARY KEY,
    project_id BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX project_members_project_id_user_id_key ON project_members (project_id, user_id);
CREATE INDEX project_members_user_id_idx ON project_members (user_id);
-- A project has one owner.
CREATE UNIQUE INDEX project_members_project_id_key ON project_members (project_id) WHERE role = 'owner';

CREATE TABLE project_permissions (
    id           BLOB NOT NULL PRIMARY KEY,
    project_id   BLOB NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    key          TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description  TEXT,
    is_default   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX project_permissions_project_id_key_key ON project_permissions (project_id, key);

CREATE TABLE project_member_permissions (
    member_id     BLOB NOT NULL REFERENCES project_members (id) ON DELETE CASCADE,
    permission_id BLOB NOT NULL REFERENCES project_permissions (id) ON DELETE CASCADE,
    PRIMARY KEY (member_id, permission_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX project_member_permissions_permission_id_idx ON project_member_permissions (permission_id);

-- Into a project, or without one into the workspace itself. A used or cancelled invite is gone.
CREATE TABLE invites (
    id           BLOB NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    project_id   BLOB REFERENCES projects (id) ON DELETE CASCADE,
    email        TEXT NOT NULL,
    email_key    TEXT NOT NULL,
    role         TEXT NOT NULL,
    redirect_url TEXT,
    invited_by   BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash   BLOB NOT NULL,
    expires_at   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX invites_token_hash_key ON invites (token_hash);
-- One invite an address and place.
CREATE UNIQUE INDEX invites_project_id_email_key_key ON invites (project_id, email_key) WHERE project_id IS NOT NULL;
CREATE UNIQUE INDEX invites_workspace_id_email_key_key ON invites (workspace_id, email_key) WHERE project_id IS NULL;
CREATE INDEX invites_workspace_id_idx ON invites (workspace_id);
CREATE INDEX invites_invited_by_idx ON invites (invited_by);
-- Those that expired long ago are deleted.
CREATE INDEX invites_expires_at_idx ON invites (expires_at);
