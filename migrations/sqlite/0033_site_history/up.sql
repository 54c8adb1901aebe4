-- What became of sites and their deployments: a row for each change of a status, written in the step that makes it.
CREATE TABLE hosting_site_events (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    site_id       TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    -- Whose status it is: SITE or DEPLOYMENT.
    kind          TEXT NOT NULL,
    -- The deployment that it is about, or that brought it about.
    deployment_id TEXT,
    from_status   TEXT,
    to_status     TEXT NOT NULL,
    actor         TEXT,
    reason        TEXT,
    at            INTEGER NOT NULL
) STRICT;

CREATE INDEX hosting_site_events_site_id_idx ON hosting_site_events (site_id, id);

-- What sites answered and used, by minute and by hour. Each node writes rows of its own.
CREATE TABLE hosting_metrics (
    site_id      TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    span         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    node         TEXT NOT NULL,
    requests     INTEGER NOT NULL,
    status_2xx   INTEGER NOT NULL,
    status_3xx   INTEGER NOT NULL,
    status_4xx   INTEGER NOT NULL,
    status_5xx   INTEGER NOT NULL,
    bytes_out    INTEGER NOT NULL,
    -- How many answers began within which time.
    times        TEXT NOT NULL,
    cpu_micros   INTEGER,
    memory_bytes INTEGER,
    processes    INTEGER,
    PRIMARY KEY (site_id, span, at, node)
) STRICT;

CREATE INDEX hosting_metrics_span_at_idx ON hosting_metrics (span, at);

-- After how many minutes without a visitor a site's program is ended, until the next one comes.
ALTER TABLE hosting_sites ADD COLUMN sleep_after INTEGER;
