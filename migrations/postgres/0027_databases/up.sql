-- Databases of tenants, as they are meant to be; the engines have what is in them.
CREATE TABLE hosting_databases (
    id               text PRIMARY KEY,
    workspace_id     bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name             text NOT NULL,
    kind             text NOT NULL,
    engine_version   text NOT NULL,
    desired          text NOT NULL,
    status           text NOT NULL,
    max_connections  bigint,
    sealed           bytea NOT NULL,
    restores_id      text,
    latest_backup_id text,
    settle_at        timestamptz,
    version          bigint NOT NULL,
    deleted_at       timestamptz,
    purge_at         timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);

-- A database that is being deleted leaves its name to others.
CREATE UNIQUE INDEX hosting_databases_workspace_id_name_key ON hosting_databases (workspace_id, name)
    WHERE deleted_at IS NULL;
CREATE INDEX hosting_databases_workspace_id_created_at_idx ON hosting_databases (workspace_id, created_at, id);
-- What somebody is at, or should be.
CREATE INDEX hosting_databases_settle_at_idx ON hosting_databases (settle_at) WHERE settle_at IS NOT NULL;
CREATE INDEX hosting_databases_purge_at_idx ON hosting_databases (purge_at) WHERE purge_at IS NOT NULL;

-- Whose programs are given a database.
CREATE TABLE hosting_database_sites (
    database_id text NOT NULL REFERENCES hosting_databases (id) ON DELETE CASCADE,
    site_id     text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (database_id, site_id)
);

CREATE INDEX hosting_database_sites_site_id_idx ON hosting_database_sites (site_id);

CREATE TABLE hosting_database_backups (
    id          text PRIMARY KEY,
    database_id text NOT NULL REFERENCES hosting_databases (id) ON DELETE CASCADE,
    status      text NOT NULL,
    size_bytes  bigint,
    error       text,
    verified_at timestamptz,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE INDEX hosting_database_backups_database_id_created_at_idx ON hosting_database_backups (database_id, created_at, id);
