-- Sites, and how each came to be as it is.
CREATE TABLE hosting_sites (
    id           text PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         text NOT NULL,
    label        text NOT NULL,
    settings     jsonb NOT NULL,
    auto_deploy  boolean NOT NULL,
    desired      text NOT NULL,
    status       text NOT NULL,
    stop_reason  text,
    current_id   text,
    latest_id    text,
    is_stale     boolean NOT NULL,
    version      bigint NOT NULL,
    deleted_at   timestamptz,
    purge_at     timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX hosting_sites_label_key ON hosting_sites (label);
-- A site that is being deleted leaves its name to others.
CREATE UNIQUE INDEX hosting_sites_workspace_id_name_key ON hosting_sites (workspace_id, name) WHERE deleted_at IS NULL;
CREATE INDEX hosting_sites_workspace_id_created_at_idx ON hosting_sites (workspace_id, created_at, id);

CREATE TABLE hosting_deployments (
    id             text PRIMARY KEY,
    site_id        text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    workspace_id   bigint NOT NULL,
    status         text NOT NULL,
    trigger        text NOT NULL,
    actor          text,
    settings       jsonb NOT NULL,
    settings_hash  text NOT NULL,
    branch         text,
    commit_id      text,
    commit_message text,
    restores_id    text,
    release_id     text,
    release_sha256 text,
    release_bytes  bigint,
    failure        jsonb,
    cancel_reason  text,
    timings        jsonb NOT NULL,
    worker         text,
    lease_until    timestamptz,
    created_at     timestamptz NOT NULL,
    started_at     timestamptz,
    finished_at    timestamptz,
    live_at        timestamptz
);

CREATE INDEX hosting_deployments_site_id_created_at_idx ON hosting_deployments (site_id, created_at, id);
-- A site has one deployment at which somebody works, and one that waits.
CREATE UNIQUE INDEX hosting_deployments_site_id_key ON hosting_deployments (site_id)
    WHERE status IN ('CLONING', 'BUILDING', 'SWITCHING');
CREATE UNIQUE INDEX hosting_deployments_site_id_status_key ON hosting_deployments (site_id, status) WHERE status = 'QUEUED';
-- What workers look for.
CREATE INDEX hosting_deployments_queued_idx ON hosting_deployments (created_at) WHERE status = 'QUEUED';

-- What a site's build and program are given; sealed.
CREATE TABLE hosting_variables (
    site_id    text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    name       text NOT NULL,
    scope      text NOT NULL,
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (site_id, name)
);
