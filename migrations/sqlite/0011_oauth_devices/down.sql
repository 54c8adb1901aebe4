DROP TRIGGER users_go;
DROP TRIGGER oauth_clients_go;
DROP TABLE oauth_devices;
ALTER TABLE oauth_clients DROP COLUMN has_device_flow;
ALTER TABLE oauth_clients DROP COLUMN post_logout_redirect_uris;
