-- The pages that a workspace was told of, so that the reports of one page take turns.
CREATE TABLE seo_pages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url          TEXT NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX seo_pages_workspace_id_url_key ON seo_pages (workspace_id, url);

-- What was found out about a page at one time. A report never changes, but for whether it is the page's latest.
CREATE TABLE seo_reports (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    page_id        INTEGER NOT NULL REFERENCES seo_pages (id) ON DELETE CASCADE,
    url            TEXT NOT NULL,
    source         TEXT NOT NULL,
    performance    INTEGER,
    accessibility  INTEGER,
    best_practices INTEGER,
    seo            INTEGER,
    critical_count INTEGER NOT NULL,
    error_count    INTEGER NOT NULL,
    warning_count  INTEGER NOT NULL,
    info_count     INTEGER NOT NULL,
    issues         TEXT NOT NULL,
    previous_id    INTEGER,
    is_latest      INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX seo_reports_workspace_id_idx ON seo_reports (workspace_id, id);
CREATE INDEX seo_reports_page_id_idx ON seo_reports (page_id, id);

-- The issues of pages, from when they were first seen until they are fixed, and again when they come back.
CREATE TABLE seo_issues (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    page_id       INTEGER NOT NULL REFERENCES seo_pages (id) ON DELETE CASCADE,
    url           TEXT NOT NULL,
    fingerprint   TEXT NOT NULL,
    issue_type    TEXT NOT NULL,
    severity      TEXT NOT NULL,
    details       TEXT NOT NULL,
    status        TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    fixed_at      INTEGER
) STRICT;

CREATE UNIQUE INDEX seo_issues_page_id_fingerprint_key ON seo_issues (page_id, fingerprint);
CREATE INDEX seo_issues_workspace_id_status_idx ON seo_issues (workspace_id, status, created_at);

-- Audits of our own: each is a job, and at its end a report.
CREATE TABLE seo_audits (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url          TEXT NOT NULL,
    status       TEXT NOT NULL,
    progress     INTEGER NOT NULL,
    step         TEXT NOT NULL,
    error        TEXT,
    report_id    INTEGER,
    attempt      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;

CREATE INDEX seo_audits_workspace_id_idx ON seo_audits (workspace_id, id);
