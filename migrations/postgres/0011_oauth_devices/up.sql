ALTER TABLE oauth_clients ADD COLUMN post_logout_redirect_uris jsonb NOT NULL DEFAULT '[]';
ALTER TABLE oauth_clients ADD COLUMN has_device_flow boolean NOT NULL DEFAULT false;

-- Devices that wait to be let in. What a person allows one is an authorization, with the device's hash for its code.
CREATE TABLE oauth_devices (
    id             uuid        NOT NULL PRIMARY KEY,
    client_id      uuid        NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    device_hash    bytea       NOT NULL,
    user_code_hash bytea       NOT NULL,
    scopes         jsonb       NOT NULL,
    resource       text,
    poll_interval  bigint      NOT NULL,
    polled_at      timestamptz,
    allowed_at     timestamptz,
    denied_at      timestamptz,
    expires_at     timestamptz NOT NULL,
    created_at     timestamptz NOT NULL
);

CREATE UNIQUE INDEX oauth_devices_device_hash_key ON oauth_devices (device_hash);
CREATE UNIQUE INDEX oauth_devices_user_code_hash_key ON oauth_devices (user_code_hash);
CREATE INDEX oauth_devices_client_id_idx ON oauth_devices (client_id);
-- Those that were over long ago are deleted.
CREATE INDEX oauth_devices_expires_at_idx ON oauth_devices (expires_at);

-- Clients and people also go by cascade, where no statement names them. Announced here, they are forgotten by every
-- node, whatever took them along; tokens stand for neither then.
CREATE FUNCTION announce_oauth_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (topic, subject, at) VALUES ('oauth_clients', old.client_id, clock_timestamp());
    RETURN NULL;
END;
$$;

CREATE TRIGGER oauth_clients_go AFTER DELETE ON oauth_clients
    FOR EACH ROW EXECUTE FUNCTION announce_oauth_client();

CREATE FUNCTION announce_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (topic, subject, at) VALUES ('people', old.id::text, clock_timestamp());
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_go AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION announce_person();
