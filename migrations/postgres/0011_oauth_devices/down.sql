DROP TRIGGER users_go ON users;
DROP FUNCTION announce_person;
DROP TRIGGER oauth_clients_go ON oauth_clients;
DROP FUNCTION announce_oauth_client;
DROP TABLE oauth_devices;
ALTER TABLE oauth_clients DROP COLUMN has_device_flow;
ALTER TABLE oauth_clients DROP COLUMN post_logout_redirect_uris;
