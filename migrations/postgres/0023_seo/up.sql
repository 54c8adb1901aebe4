-- The pages that a workspace was told of, so that the reports of one page take turns.
CREATE TABLE seo_pages (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url          text NOT NULL,
    created_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX seo_pages_workspace_id_url_key ON seo_pages (workspace_id, url);

-- What was found out about a page at one time. A report never changes, but for whether it is the page's latest.
CREATE TABLE seo_reports (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id   bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    page_id        bigint NOT NULL REFERENCES seo_pages (id) ON DELETE CASCADE,
    url            text NOT NULL,
    source         text NOT NULL,
    performance    integer,
    accessibility  integer,
    best_practices integer,
    seo            integer,
    critical_count integer NOT NULL,
    error_count    integer NOT NULL,
    warning_count  integer NOT NULL,
    info_count     integer NOT NULL,
    issues         jsonb NOT NULL,
    previous_id    bigint,
    is_latest      boolean NOT NULL,
    created_at     timestamptz NOT NULL
);

CREATE INDEX seo_reports_workspace_id_idx ON seo_reports (workspace_id, id);
CREATE INDEX seo_reports_page_id_idx ON seo_reports (page_id, id);

-- The issues of pages, from when they were first seen until they are fixed, and again when they come back.
CREATE TABLE seo_issues (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id  bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    page_id       bigint NOT NULL REFERENCES seo_pages (id) ON DELETE CASCADE,
    url           text NOT NULL,
    fingerprint   text NOT NULL,
    issue_type    text NOT NULL,
    severity      text NOT NULL,
    details       jsonb NOT NULL,
    status        text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    fixed_at      timestamptz
);

CREATE UNIQUE INDEX seo_issues_page_id_fingerprint_key ON seo_issues (page_id, fingerprint);
CREATE INDEX seo_issues_workspace_id_status_idx ON seo_issues (workspace_id, status, created_at);

-- Audits of our own: each is a job, and at its end a report.
CREATE TABLE seo_audits (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url          text NOT NULL,
    status       text NOT NULL,
    progress     integer NOT NULL,
    step         text NOT NULL,
    error        text,
    report_id    bigint,
    attempt      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    finished_at  timestamptz
);

CREATE INDEX seo_audits_workspace_id_idx ON seo_audits (workspace_id, id);
