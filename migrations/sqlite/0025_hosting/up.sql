-- Sites, and how each came to be as it is.
CREATE TABLE hosting_sites (
    id           TEXT PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    label        TEXT NOT NULL,
    settings     TEXT NOT NULL,
    auto_deploy  INTEGER NOT NULL,
    desired      TEXT NOT NULL,
    status       TEXT NOT NULL,
    stop_reason  TEXT,
    current_id   TEXT,
    latest_id    TEXT,
    is_stale     INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    deleted_at   INTEGER,
    purge_at     INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX hosting_sites_label_key ON hosting_sites (label);
-- A site that is being deleted leaves its name to others.
CREATE UNIQUE INDEX hosting_sites_workspace_id_name_key ON hosting_sites (workspace_id, name) WHERE deleted_at IS NULL;
CREATE INDEX hosting_sites_workspace_id_created_at_idx ON hosting_sites (workspace_id, created_at, id);

CREATE TABLE hosting_deployments (
    id             TEXT PRIMARY KEY,
    site_id        TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    workspace_id   INTEGER NOT NULL,
    status         TEXT NOT NULL,
    trigger        TEXT NOT NULL,
    actor          TEXT,
    settings       TEXT NOT NULL,
    settings_hash  TEXT NOT NULL,
    branch         TEXT,
    commit_id      TEXT,
    commit_message TEXT,
    restores_id    TEXT,
    release_id     TEXT,
    release_sha256 TEXT,
    release_bytes  INTEGER,
    failure        TEXT,
    cancel_reason  TEXT,
    timings        TEXT NOT NULL,
    worker         TEXT,
    lease_until    INTEGER,
    created_at     INTEGER NOT NULL,
    started_at     INTEGER,
    finished_at    INTEGER,
    live_at        INTEGER
) STRICT;

CREATE INDEX hosting_deployments_site_id_created_at_idx ON hosting_deployments (site_id, created_at, id);
-- A site has one deployment at which somebody works, and one that waits.
CREATE UNIQUE INDEX hosting_deployments_site_id_key ON hosting_deployments (site_id)
    WHERE status IN ('CLONING', 'BUILDING', 'SWITCHING');
CREATE UNIQUE INDEX hosting_deployments_site_id_status_key ON hosting_deployments (site_id, status) WHERE status = 'QUEUED';
-- What workers look for.
CREATE INDEX hosting_deployments_queued_idx ON hosting_deployments (created_at) WHERE status = 'QUEUED';

-- What a site's build and program are given; sealed.
CREATE TABLE hosting_variables (
    site_id    TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    scope      TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (site_id, name)
) STRICT;
