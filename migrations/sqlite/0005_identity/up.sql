-- An empty display name is one that its person cleared: a column cannot lose its NOT NULL here.
ALTER TABLE users ADD COLUMN surname TEXT;
ALTER TABLE users ADD COLUMN given_names TEXT;
ALTER TABLE users ADD COLUMN native_script TEXT;
ALTER TABLE users ADD COLUMN preferred_order TEXT;
ALTER TABLE users ADD COLUMN username TEXT;
ALTER TABLE users ADD COLUMN username_key TEXT;

CREATE UNIQUE INDEX users_username_key_key ON users (username_key);

ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;

CREATE TABLE registrations (
    email_key     TEXT NOT NULL PRIMARY KEY,
    verified_at   INTEGER,
    verified_from TEXT,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE one_time_codes (
    purpose    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    hash       BLOB NOT NULL,
    attempts   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (purpose, subject)
) STRICT;

CREATE TABLE one_time_links (
    purpose    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    hash       BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (purpose, subject)
) STRICT;

CREATE UNIQUE INDEX one_time_links_hash_key ON one_time_links (hash);

-- When an address was last written to, at most an hour back.
CREATE TABLE mail_quotas (
    kind        TEXT NOT NULL,
    address_key TEXT NOT NULL,
    sent        TEXT NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, address_key)
) STRICT;
