-- How a client shows who it is, with the public keys that it signs with: its own, or where they are found.
ALTER TABLE oauth_clients ADD COLUMN auth_method TEXT NOT NULL DEFAULT 'client_secret_basic';
UPDATE oauth_clients SET auth_method = 'none' WHERE secret_hash IS NULL;
ALTER TABLE oauth_clients ADD COLUMN jwks TEXT;
ALTER TABLE oauth_clients ADD COLUMN jwks_uri TEXT;
-- Of a client that registered itself and so has no owner: what it manages itself with, and what tells that another from
-- the same place says the same of itself.
ALTER TABLE oauth_clients ADD COLUMN registration_hash BLOB;
ALTER TABLE oauth_clients ADD COLUMN fingerprint BLOB;

CREATE UNIQUE INDEX oauth_clients_fingerprint_key ON oauth_clients (fingerprint);
-- Those that nobody owns and nobody uses are deleted.
CREATE INDEX oauth_clients_updated_at_idx ON oauth_clients (updated_at)
    WHERE user_id IS NULL AND project_id IS NULL AND workspace_id IS NULL;

-- The assertions that clients have shown, by the hash of client and jti: each is good once.
CREATE TABLE oauth_assertions (
    hash       BLOB    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX oauth_assertions_expires_at_idx ON oauth_assertions (expires_at);
