-- Who wants to be told of what, and where. Secrets, headers and seeds are sealed with the master key.
CREATE TABLE webhook_endpoints (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id            bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url                     text NOT NULL,
    description             text,
    events                  jsonb NOT NULL,
    channels                jsonb NOT NULL,
    filters                 jsonb NOT NULL,
    headers                 bytea,
    header_names            jsonb NOT NULL,
    secret                  bytea NOT NULL,
    previous_secret         bytea,
    secret_rotated_at       timestamptz,
    previous_secret_ends_at timestamptz,
    key_seed                bytea,
    public_key              text,
    rate_limit              integer,
    max_concurrency         integer NOT NULL,
    paced_until             timestamptz,
    is_active               boolean NOT NULL,
    disabled_at             timestamptz,
    disabled_reason         text,
    success_count           bigint NOT NULL,
    failure_count           bigint NOT NULL,
    consecutive_failures    integer NOT NULL,
    last_delivery_at        timestamptz,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    deleted_at              timestamptz
);

CREATE INDEX webhook_endpoints_workspace_id_idx ON webhook_endpoints (workspace_id, id) WHERE deleted_at IS NULL;

-- Counts the changes of a workspace's endpoints: whoever remembers them asks this before relying on it.
CREATE TABLE webhook_rosters (
    workspace_id bigint NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    version      bigint NOT NULL
);

-- What is to be told: an event as its receivers get it, byte for byte.
CREATE TABLE webhook_messages (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    event_id     text NOT NULL,
    event_type   text NOT NULL,
    channels     jsonb NOT NULL,
    body         text NOT NULL,
    created_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX webhook_messages_workspace_id_event_id_key ON webhook_messages (workspace_id, event_id);
CREATE INDEX webhook_messages_workspace_id_idx ON webhook_messages (workspace_id, created_at);
CREATE INDEX webhook_messages_created_at_idx ON webhook_messages (created_at);

-- One message on its way to one endpoint. What is over has no `due_at`, what is under way a lease.
-- The endpoint is no foreign key: each new delivery would lock its row, which those who deliver hold. A delivery goes with
-- its message, and an endpoint stays until no delivery names it.
CREATE TABLE webhook_deliveries (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id  bigint NOT NULL,
    endpoint_id   bigint NOT NULL,
    message_id    bigint NOT NULL REFERENCES webhook_messages (id) ON DELETE CASCADE,
    status        text NOT NULL,
    attempt       integer NOT NULL,
    response_code integer,
    due_at        timestamptz,
    lease_until   timestamptz,
    delivered_at  timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

CREATE INDEX webhook_deliveries_endpoint_id_idx ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_message_id_idx ON webhook_deliveries (message_id);
-- The lanes: what each endpoint still has to be told, the longest due first. They hold nothing that is over.
CREATE INDEX webhook_deliveries_due_idx ON webhook_deliveries (endpoint_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_leased_idx ON webhook_deliveries (endpoint_id) WHERE lease_until IS NOT NULL;

-- What came of each try.
CREATE TABLE webhook_attempts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id   bigint NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number        integer NOT NULL,
    started_at    timestamptz NOT NULL,
    duration_ms   bigint NOT NULL,
    response_code integer,
    response_body text,
    error         text
);

CREATE INDEX webhook_attempts_delivery_id_idx ON webhook_attempts (delivery_id, id);

-- The kinds of events that a workspace declares.
CREATE TABLE webhook_event_types (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         text NOT NULL,
    description  text NOT NULL,
    schema       jsonb,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX webhook_event_types_workspace_id_name_key ON webhook_event_types (workspace_id, name);

-- What an endpoint is to be told again, and how far that has come.
CREATE TABLE webhook_replays (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL,
    endpoint_id  bigint NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    selection    text NOT NULL,
    since        timestamptz NOT NULL,
    until        timestamptz NOT NULL,
    status       text NOT NULL,
    total        bigint NOT NULL,
    seen         bigint NOT NULL,
    queued       bigint NOT NULL,
    reached      bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    finished_at  timestamptz
);

CREATE INDEX webhook_replays_endpoint_id_idx ON webhook_replays (endpoint_id, id);
