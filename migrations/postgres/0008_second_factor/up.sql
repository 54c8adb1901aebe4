-- Whoever has a row here is asked for a code.
CREATE TABLE second_factors (
    user_id       uuid        NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret bytea       NOT NULL,
    last_step     bigint      NOT NULL,
    created_at    timestamptz NOT NULL
);

CREATE TABLE pending_second_factors (
    user_id       uuid        NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret bytea       NOT NULL,
    expires_at    timestamptz NOT NULL,
    created_at    timestamptz NOT NULL
);

CREATE TABLE recovery_codes (
    user_id    uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash       bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Logins that wait for their code: one a person, bound to the password that was right.
CREATE TABLE second_factor_challenges (
    user_id         uuid        NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash            bytea       NOT NULL,
    password_digest bytea       NOT NULL,
    attempts        integer     NOT NULL,
    expires_at      timestamptz NOT NULL,
    created_at      timestamptz NOT NULL
);

CREATE UNIQUE INDEX second_factor_challenges_hash_key ON second_factor_challenges (hash);
