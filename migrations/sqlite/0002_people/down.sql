DROP TABLE signing_keys;
DROP TABLE sessions;
DROP TABLE user_emails;
DROP TABLE users;
