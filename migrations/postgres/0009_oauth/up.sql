-- Of the three owners one is set. A client without a secret is a public one.
CREATE TABLE oauth_clients (
    id            uuid        NOT NULL PRIMARY KEY,
    client_id     text        NOT NULL,
    name          text        NOT NULL,
    redirect_uris jsonb       NOT NULL,
    secret_hash   bytea,
    user_id       uuid        REFERENCES users (id) ON DELETE CASCADE,
    project_id    uuid        REFERENCES projects (id) ON DELETE CASCADE,
    workspace_id  bigint      REFERENCES workspaces (id) ON DELETE CASCADE,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

CREATE UNIQUE INDEX oauth_clients_client_id_key ON oauth_clients (client_id);
CREATE INDEX oauth_clients_user_id_idx ON oauth_clients (user_id);
CREATE INDEX oauth_clients_project_id_idx ON oauth_clients (project_id);
CREATE INDEX oauth_clients_workspace_id_idx ON oauth_clients (workspace_id);

-- What people allow clients: one row for each of both.
CREATE TABLE oauth_grants (
    id         uuid        NOT NULL PRIMARY KEY,
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id  uuid        NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    scopes     jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX oauth_grants_user_id_client_id_key ON oauth_grants (user_id, client_id);
CREATE INDEX oauth_grants_client_id_idx ON oauth_grants (client_id);

-- Each time that somebody was sent back to a client: a code at first, and once that is redeemed a family of tokens.
-- A session may be deleted before them.
CREATE TABLE oauth_authorizations (
    id                   uuid        NOT NULL PRIMARY KEY,
    client_id            uuid        NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    user_id              uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id           uuid        NOT NULL,
    authenticated_at     timestamptz NOT NULL,
    scopes               jsonb       NOT NULL,
    resource             text,
    nonce                text,
    wants_email_verified boolean     NOT NULL,
    code_hash            bytea       NOT NULL,
    redirect_uri         text        NOT NULL,
    code_challenge       text,
    redeemed_at          timestamptz,
    generation           bigint      NOT NULL,
    refreshed_at         timestamptz NOT NULL,
    expires_at           timestamptz NOT NULL,
    revoked_at           timestamptz,
    created_at           timestamptz NOT NULL
);

CREATE UNIQUE INDEX oauth_authorizations_code_hash_key ON oauth_authorizations (code_hash);
CREATE INDEX oauth_authorizations_user_id_client_id_idx ON oauth_authorizations (user_id, client_id);
CREATE INDEX oauth_authorizations_client_id_idx ON oauth_authorizations (client_id);
-- Those that were over long ago are deleted.
CREATE INDEX oauth_authorizations_expires_at_idx ON oauth_authorizations (expires_at);
