DROP TABLE mail_quotas;
DROP TABLE one_time_links;
DROP TABLE one_time_codes;
DROP TABLE registrations;

ALTER TABLE sessions DROP COLUMN user_agent;
ALTER TABLE sessions DROP COLUMN address;

DROP INDEX users_username_key_key;
ALTER TABLE users DROP COLUMN username_key;
ALTER TABLE users DROP COLUMN username;
ALTER TABLE users DROP COLUMN preferred_order;
ALTER TABLE users DROP COLUMN native_script;
ALTER TABLE users DROP COLUMN given_names;
ALTER TABLE users DROP COLUMN surname;
