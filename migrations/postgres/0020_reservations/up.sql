-- Units of a feature that somebody means to use: they are held until they are used, given back, or expire.
CREATE TABLE usage_reservations (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id    text NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      text NOT NULL,
    asked        text NOT NULL,
    quantity     bigint NOT NULL,
    free         bigint NOT NULL,
    credits      bigint NOT NULL,
    paid_by      text,
    status       text NOT NULL,
    used         bigint,
    metadata     jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);

CREATE UNIQUE INDEX usage_reservations_public_id_key ON usage_reservations (public_id);
CREATE INDEX usage_reservations_workspace_id_idx ON usage_reservations (workspace_id, id);
CREATE INDEX usage_reservations_held_idx ON usage_reservations (workspace_id, feature, expires_at) WHERE status = 'held';
CREATE INDEX usage_reservations_expires_at_idx ON usage_reservations (expires_at) WHERE status = 'held';

-- What reservations hold, until when that is so, and the highest threshold, in percent, that was told of.
ALTER TABLE usage_meters ADD COLUMN held bigint NOT NULL DEFAULT 0;
ALTER TABLE usage_meters ADD COLUMN held_until timestamptz;
ALTER TABLE usage_meters ADD COLUMN told integer NOT NULL DEFAULT 0;
