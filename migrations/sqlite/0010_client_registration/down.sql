DROP TABLE oauth_assertions;
DELETE FROM oauth_clients WHERE user_id IS NULL AND project_id IS NULL AND workspace_id IS NULL;
DROP INDEX oauth_clients_updated_at_idx;
DROP INDEX oauth_clients_fingerprint_key;
ALTER TABLE oauth_clients DROP COLUMN fingerprint;
ALTER TABLE oauth_clients DROP COLUMN registration_hash;
ALTER TABLE oauth_clients DROP COLUMN jwks_uri;
ALTER TABLE oauth_clients DROP COLUMN jwks;
ALTER TABLE oauth_clients DROP COLUMN auth_method;
