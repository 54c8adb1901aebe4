-- An empty display name is one that its person cleared: SQLite's column cannot lose its NOT NULL.
ALTER TABLE users ADD COLUMN surname text;
ALTER TABLE users ADD COLUMN given_names text;
ALTER TABLE users ADD COLUMN native_script text;
ALTER TABLE users ADD COLUMN preferred_order text;
ALTER TABLE users ADD COLUMN username text;
ALTER TABLE users ADD COLUMN username_key text;

CREATE UNIQUE INDEX users_username_key_key ON users (username_key);

ALTER TABLE sessions ADD COLUMN address text;
ALTER TABLE sessions ADD COLUMN user_agent text;

CREATE TABLE registrations (
    email_key     text        NOT NULL PRIMARY KEY,
    verified_at   timestamptz,
    verified_from text,
    created_at    timestamptz NOT NULL
);

CREATE TABLE one_time_codes (
    purpose    text        NOT NULL,
    subject    text        NOT NULL,
    hash       bytea       NOT NULL,
    attempts   integer     NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (purpose, subject)
);

CREATE TABLE one_time_links (
    purpose    text        NOT NULL,
    subject    text        NOT NULL,
    hash       bytea       NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (purpose, subject)
);

CREATE UNIQUE INDEX one_time_links_hash_key ON one_time_links (hash);

-- When an address was last written to, at most an hour back.
CREATE TABLE mail_quotas (
    kind        text        NOT NULL,
    address_key text        NOT NULL,
    sent        jsonb       NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (kind, address_key)
);
