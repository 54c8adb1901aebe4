-- Whoever has a row here is asked for a code.
CREATE TABLE second_factors (
    user_id       BLOB    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret BLOB    NOT NULL,
    last_step     INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE pending_second_factors (
    user_id       BLOB    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret BLOB    NOT NULL,
    expires_at    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    user_id    BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT;

-- Logins that wait for their code: one a person, bound to the password that was right.
CREATE TABLE second_factor_challenges (
    user_id         BLOB    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash            BLOB    NOT NULL,
    password_digest BLOB    NOT NULL,
    attempts        INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX second_factor_challenges_hash_key ON second_factor_challenges (hash);
