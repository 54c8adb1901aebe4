ALTER TABLE oauth_clients DROP COLUMN id_token_alg;
