-- What became of sites and their deployments: a row for each change of a status, written in the step that makes it.
CREATE TABLE hosting_site_events (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site_id       text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    -- Whose status it is: SITE or DEPLOYMENT.
    kind          text NOT NULL,
    -- The deployment that it is about, or that brought it about.
    deployment_id text,
    from_status   text,
    to_status     text NOT NULL,
    actor         text,
    reason        text,
    at            timestamptz NOT NULL
);

CREATE INDEX hosting_site_events_site_id_idx ON hosting_site_events (site_id, id);

-- What sites answered and used, by minute and by hour. Each node writes rows of its own.
CREATE TABLE hosting_metrics (
    site_id      text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    span         text NOT NULL,
    at           timestamptz NOT NULL,
    node         text NOT NULL,
    requests     bigint NOT NULL,
    status_2xx   bigint NOT NULL,
    status_3xx   bigint NOT NULL,
    status_4xx   bigint NOT NULL,
    status_5xx   bigint NOT NULL,
    bytes_out    bigint NOT NULL,
    -- How many answers began within which time.
    times        jsonb NOT NULL,
    cpu_micros   bigint,
    memory_bytes bigint,
    processes    bigint,
    PRIMARY KEY (site_id, span, at, node)
);

CREATE INDEX hosting_metrics_span_at_idx ON hosting_metrics (span, at);

-- After how many minutes without a visitor a site's program is ended, until the next one comes.
ALTER TABLE hosting_sites ADD COLUMN sleep_after bigint;
