-- What every domain stands on.

CREATE TABLE installation (
    name  text  NOT NULL PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE changes (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic   text        NOT NULL,
    subject text        NOT NULL,
    at      timestamptz NOT NULL
);

-- What happened. It waits to be told, and then stays as the audit log.
CREATE TABLE events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     text        NOT NULL,
    name         text        NOT NULL,
    workspace_id bigint,
    actor_id     uuid,
    credential   text,
    address      text,
    request_id   text,
    data         jsonb       NOT NULL,
    at           timestamptz NOT NULL
);

CREATE INDEX events_workspace_id_idx ON events (workspace_id, id);

-- The events that wait to be told. Apart from them, so that finding the first never means walking past all that were told.
CREATE TABLE outbox (
    id bigint PRIMARY KEY
);

CREATE FUNCTION events_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (id) VALUES (NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER events_wait AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_wait();

CREATE TABLE jobs (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue       text        NOT NULL,
    unique_key  text UNIQUE,
    payload     jsonb       NOT NULL,
    run_at      timestamptz NOT NULL,
    attempts    integer     NOT NULL,
    lease_until timestamptz,
    leased_by   text,
    last_error  text,
    failed_at   timestamptz,
    created_at  timestamptz NOT NULL
);

CREATE INDEX jobs_due_idx ON jobs (queue, run_at, id) WHERE failed_at IS NULL;

CREATE TABLE idempotency_keys (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope        bytea       NOT NULL UNIQUE,
    fingerprint  bytea       NOT NULL,
    state        text        NOT NULL,
    fence        bigint      NOT NULL,
    lease_until  timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    status       integer,
    content_type text,
    body         bytea
);

CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
