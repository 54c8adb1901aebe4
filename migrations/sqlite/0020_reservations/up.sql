-- Units of a feature that somebody means to use: they are held until they are used, given back, or expire.
CREATE TABLE usage_reservations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id    TEXT NOT NULL,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    feature      TEXT NOT NULL,
    asked        TEXT NOT NULL,
    quantity     INTEGER NOT NULL,
    free         INTEGER NOT NULL,
    credits      INTEGER NOT NULL,
    paid_by      TEXT,
    status       TEXT NOT NULL,
    used         INTEGER,
    metadata     TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;

CREATE UNIQUE INDEX usage_reservations_public_id_key ON usage_reservations (public_id);
CREATE INDEX usage_reservations_workspace_id_idx ON usage_reservations (workspace_id, id);
CREATE INDEX usage_reservations_held_idx ON usage_reservations (workspace_id, feature, expires_at) WHERE status = 'held';
CREATE INDEX usage_reservations_expires_at_idx ON usage_reservations (expires_at) WHERE status = 'held';

-- What reservations hold, until when that is so, and the highest threshold, in percent, that was told of.
ALTER TABLE usage_meters ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_meters ADD COLUMN held_until INTEGER;
ALTER TABLE usage_meters ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
