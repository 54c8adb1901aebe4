-- Of the three owners one is set. A client without a secret is a public one.
CREATE TABLE oauth_clients (
    id            BLOB    NOT NULL PRIMARY KEY,
    client_id     TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    redirect_uris TEXT    NOT NULL,
    secret_hash   BLOB,
    user_id       BLOB    REFERENCES users (id) ON DELETE CASCADE,
    project_id    BLOB    REFERENCES projects (id) ON DELETE CASCADE,
    workspace_id  INTEGER REFERENCES workspaces (id) ON DELETE CASCADE,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX oauth_clients_client_id_key ON oauth_clients (client_id);
CREATE INDEX oauth_clients_user_id_idx ON oauth_clients (user_id);
CREATE INDEX oauth_clients_project_id_idx ON oauth_clients (project_id);
CREATE INDEX oauth_clients_workspace_id_idx ON oauth_clients (workspace_id);

-- What people allow clients: one row for each of both.
CREATE TABLE oauth_grants (
    id         BLOB    NOT NULL PRIMARY KEY,
    user_id    BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id  BLOB    NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    scopes     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX oauth_grants_user_id_client_id_key ON oauth_grants (user_id, client_id);
CREATE INDEX oauth_grants_client_id_idx ON oauth_grants (client_id);

-- Each time that somebody was sent back to a client: a code at first, and once that is redeemed a family of tokens.
-- A session may be deleted before them.
CREATE TABLE oauth_authorizations (
    id                   BLOB    NOT NULL PRIMARY KEY,
    client_id            BLOB    NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    user_id              BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id           BLOB    NOT NULL,
    authenticated_at     INTEGER NOT NULL,
    scopes               TEXT    NOT NULL,
    resource             TEXT,
    nonce                TEXT,
    wants_email_verified INTEGER NOT NULL,
    code_hash            BLOB    NOT NULL,
    redirect_uri         TEXT    NOT NULL,
    code_challenge       TEXT,
    redeemed_at          INTEGER,
    generation           INTEGER NOT NULL,
    refreshed_at         INTEGER NOT NULL,
    expires_at           INTEGER NOT NULL,
    revoked_at           INTEGER,
    created_at           INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX oauth_authorizations_code_hash_key ON oauth_authorizations (code_hash);
CREATE INDEX oauth_authorizations_user_id_client_id_idx ON oauth_authorizations (user_id, client_id);
CREATE INDEX oauth_authorizations_client_id_idx ON oauth_authorizations (client_id);
-- Those that were over long ago are deleted.
CREATE INDEX oauth_authorizations_expires_at_idx ON oauth_authorizations (expires_at);
