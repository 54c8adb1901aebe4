-- Who wants to be told of what, and where. Secrets, headers and seeds are sealed with the master key.
CREATE TABLE webhook_endpoints (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id            INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url                     TEXT NOT NULL,
    description             TEXT,
    events                  TEXT NOT NULL,
    channels                TEXT NOT NULL,
    filters                 TEXT NOT NULL,
    headers                 BLOB,
    header_names            TEXT NOT NULL,
    secret                  BLOB NOT NULL,
    previous_secret         BLOB,
    secret_rotated_at       INTEGER,
    previous_secret_ends_at INTEGER,
    key_seed                BLOB,
    public_key              TEXT,
    rate_limit              INTEGER,
    max_concurrency         INTEGER NOT NULL,
    paced_until             INTEGER,
    is_active               INTEGER NOT NULL,
    disabled_at             INTEGER,
    disabled_reason         TEXT,
    success_count           INTEGER NOT NULL,
    failure_count           INTEGER NOT NULL,
    consecutive_failures    INTEGER NOT NULL,
    last_delivery_at        INTEGER,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    deleted_at              INTEGER
) STRICT;

CREATE INDEX webhook_endpoints_workspace_id_idx ON webhook_endpoints (workspace_id, id) WHERE deleted_at IS NULL;

-- Counts the changes of a workspace's endpoints: whoever remembers them asks this before relying on it.
CREATE TABLE webhook_rosters (
    workspace_id INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    version      INTEGER NOT NULL
) STRICT;

-- What is to be told: an event as its receivers get it, byte for byte.
CREATE TABLE webhook_messages (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    event_id     TEXT NOT NULL,
    event_type   TEXT NOT NULL,
    channels     TEXT NOT NULL,
    body         TEXT NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX webhook_messages_workspace_id_event_id_key ON webhook_messages (workspace_id, event_id);
CREATE INDEX webhook_messages_workspace_id_idx ON webhook_messages (workspace_id, created_at);
CREATE INDEX webhook_messages_created_at_idx ON webhook_messages (created_at);

-- One message on its way to one endpoint. What is over has no `due_at`, what is under way a lease.
-- The endpoint is no foreign key: each new delivery would lock its row, which those who deliver hold. A delivery goes with
-- its message, and an endpoint stays until no delivery names it.
CREATE TABLE webhook_deliveries (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id  INTEGER NOT NULL,
    endpoint_id   INTEGER NOT NULL,
    message_id    INTEGER NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
    status        TEXT NOT NULL,
    attempt       INTEGER NOT NULL,
    response_code INTEGER,
    due_at        INTEGER,
    lease_until   INTEGER,
    delivered_at  INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_deliveries_endpoint_id_idx ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_message_id_idx ON webhook_deliveries (message_id);
-- The lanes: what each endpoint still has to be told, the longest due first. They hold nothing that is over.
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (endpoint_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_leased_idx ON webhook_deliveries (endpoint_id) WHERE lease_until IS NOT NULL;

-- What came of each try.
CREATE TABLE webhook_attempts (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id   INTEGER NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    duration_ms   INTEGER NOT NULL,
    response_code INTEGER,
    response_body TEXT,
    error         TEXT
) STRICT;

CREATE INDEX webhook_attempts_delivery_id_idx ON webhook_attempts (delivery_id, id);

-- The kinds of events that a workspace declares.
CREATE TABLE webhook_event_types (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL,
    schema       TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX webhook_event_types_workspace_id_name_key ON webhook_event_types (workspace_id, name);

-- What an endpoint is to be told again, and how far that has come.
CREATE TABLE webhook_replays (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL,
    endpoint_id  INTEGER NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    selection    TEXT NOT NULL,
    since        INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    status       TEXT NOT NULL,
    total        INTEGER NOT NULL,
    seen         INTEGER NOT NULL,
    queued       INTEGER NOT NULL,
    reached      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;

CREATE INDEX webhook_replays_endpoint_id_idx ON webhook_replays (endpoint_id, id);
