-- What people have logged in from before.
CREATE TABLE devices (
    id            uuid        NOT NULL PRIMARY KEY,
    user_id       uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    fingerprint   bytea       NOT NULL,
    user_agent    text,
    address       text,
    first_seen_at timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL
);

CREATE UNIQUE INDEX devices_user_id_fingerprint_key ON devices (user_id, fingerprint);
CREATE INDEX devices_last_seen_at_idx ON devices (last_seen_at);

-- Failed attempts, by a hash of whom or where from.
CREATE TABLE throttles (
    kind          text        NOT NULL,
    subject       text        NOT NULL,
    failures      integer     NOT NULL,
    blocked_until timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX throttles_updated_at_idx ON throttles (updated_at);
