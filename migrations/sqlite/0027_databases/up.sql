-- Databases of tenants, as they are meant to be; the engines have what is in them.
CREATE TABLE hosting_databases (
    id               TEXT PRIMARY KEY,
    workspace_id     INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    engine_version   TEXT NOT NULL,
    desired          TEXT NOT NULL,
    status           TEXT NOT NULL,
    max_connections  INTEGER,
    sealed           BLOB NOT NULL,
    restores_id      TEXT,
    latest_backup_id TEXT,
    settle_at        INTEGER,
    version          INTEGER NOT NULL,
    deleted_at       INTEGER,
    purge_at         INTEGER,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;

-- A database that is being deleted leaves its name to others.
CREATE UNIQUE INDEX hosting_databases_workspace_id_name_key ON hosting_databases (workspace_id, name)
    WHERE deleted_at IS NULL;
CREATE INDEX hosting_databases_workspace_id_created_at_idx ON hosting_databases (workspace_id, created_at, id);
-- What somebody is at, or should be.
CREATE INDEX hosting_databases_settle_at_idx ON hosting_databases (settle_at) WHERE settle_at IS NOT NULL;
CREATE INDEX hosting_databases_purge_at_idx ON hosting_databases (purge_at) WHERE purge_at IS NOT NULL;

-- Whose programs are given a database.
CREATE TABLE hosting_database_sites (
    database_id TEXT NOT NULL REFERENCES hosting_databases (id) ON DELETE CASCADE,
    site_id     TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (database_id, site_id)
) STRICT;

CREATE INDEX hosting_database_sites_site_id_idx ON hosting_database_sites (site_id);

CREATE TABLE hosting_database_backups (
    id          TEXT PRIMARY KEY,
    database_id TEXT NOT NULL REFERENCES hosting_databases (id) ON DELETE CASCADE,
    status      TEXT NOT NULL,
    size_bytes  INTEGER,
    error       TEXT,
    verified_at INTEGER,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE INDEX hosting_database_backups_database_id_created_at_idx ON hosting_database_backups (database_id, created_at, id);
