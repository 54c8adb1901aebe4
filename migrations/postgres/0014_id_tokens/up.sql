-- What a client's ID tokens are signed with. Clients from before go on with what they had until now.
ALTER TABLE oauth_clients ADD COLUMN id_token_alg text NOT NULL DEFAULT 'ES256';
