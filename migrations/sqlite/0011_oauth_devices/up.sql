ALTER TABLE oauth_clients ADD COLUMN post_logout_redirect_uris TEXT NOT NULL DEFAULT '[]';
ALTER TABLE oauth_clients ADD COLUMN has_device_flow INTEGER NOT NULL DEFAULT 0;

-- Devices that wait to be let in. What a person allows one is an authorization, with the device's hash for its code.
CREATE TABLE oauth_devices (
    id             BLOB    NOT NULL PRIMARY KEY,
    client_id      BLOB    NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    device_hash    BLOB    NOT NULL,
    user_code_hash BLOB    NOT NULL,
    scopes         TEXT    NOT NULL,
    resource       TEXT,
    poll_interval  INTEGER NOT NULL,
    polled_at      INTEGER,
    allowed_at     INTEGER,
    denied_at      INTEGER,
    expires_at     INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX oauth_devices_device_hash_key ON oauth_devices (device_hash);
CREATE UNIQUE INDEX oauth_devices_user_code_hash_key ON oauth_devices (user_code_hash);
CREATE INDEX oauth_devices_client_id_idx ON oauth_devices (client_id);
-- Those that were over long ago are deleted.
CREATE INDEX oauth_devices_expires_at_idx ON oauth_devices (expires_at);

-- Clients and people also go by cascade, where no statement names them. Announced here, they are forgotten by every
-- node, whatever took them along; tokens stand for neither then.
CREATE TRIGGER oauth_clients_go AFTER DELETE ON oauth_clients BEGIN
    INSERT INTO changes (topic, subject, at)
    VALUES ('oauth_clients', old.client_id, CAST(unixepoch('subsec') * 1000000 AS INTEGER));
END;

CREATE TRIGGER users_go AFTER DELETE ON users BEGIN
    INSERT INTO changes (topic, subject, at)
    VALUES ('people', lower(hex(old.id)), CAST(unixepoch('subsec') * 1000000 AS INTEGER));
END;
