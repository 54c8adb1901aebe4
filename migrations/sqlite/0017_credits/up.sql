-- What a workspace has: what its entries below come to, kept at hand. Whoever books something locks this row first.
CREATE TABLE credit_accounts (
    workspace_id     INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    balance          INTEGER NOT NULL CHECK (balance >= 0),
    last_purchase_at INTEGER,
    next_expiry_at   INTEGER
) STRICT;

CREATE INDEX credit_accounts_next_expiry_at_idx ON credit_accounts (next_expiry_at) WHERE next_expiry_at IS NOT NULL;

-- Credits that came together: they are spent in one order and expire at one time.
CREATE TABLE credit_grants (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    source       TEXT NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount > 0),
    remaining    INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
    priority     INTEGER NOT NULL,
    expires_at   INTEGER,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX credit_grants_workspace_id_idx ON credit_grants (workspace_id, id) WHERE remaining > 0;

-- The ledger, a row for each movement. Never changed.
CREATE TABLE credit_transactions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id     TEXT NOT NULL,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    amount        INTEGER NOT NULL,
    balance_after INTEGER NOT NULL,
    description   TEXT,
    resource_type TEXT,
    resource_id   TEXT,
    reference     TEXT,
    refund_of     INTEGER REFERENCES credit_transactions (id) ON DELETE CASCADE,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX credit_transactions_public_id_key ON credit_transactions (public_id);
CREATE UNIQUE INDEX credit_transactions_workspace_id_reference_key ON credit_transactions (workspace_id, reference);
CREATE INDEX credit_transactions_workspace_id_idx ON credit_transactions (workspace_id, id);
CREATE INDEX credit_transactions_refund_of_idx ON credit_transactions (refund_of) WHERE refund_of IS NOT NULL;

-- Both sides of each movement: what a grant gives or takes, and where that goes or comes from. Those of a transaction come
-- to nothing. Never changed.
CREATE TABLE credit_entries (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    transaction_id INTEGER NOT NULL REFERENCES credit_transactions (id) ON DELETE CASCADE,
    account        TEXT NOT NULL,
    grant_id       INTEGER REFERENCES credit_grants (id) ON DELETE CASCADE,
    amount         INTEGER NOT NULL
) STRICT;

CREATE INDEX credit_entries_transaction_id_idx ON credit_entries (transaction_id, id);
CREATE INDEX credit_entries_workspace_id_idx ON credit_entries (workspace_id);
CREATE INDEX credit_entries_grant_id_idx ON credit_entries (grant_id) WHERE grant_id IS NOT NULL;

-- Who wanted to buy what, and what became of it.
CREATE TABLE credit_purchases (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id          TEXT NOT NULL,
    workspace_id       INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    package_id         TEXT NOT NULL,
    quantity           INTEGER NOT NULL,
    credits            INTEGER NOT NULL,
    bonus_credits      INTEGER NOT NULL,
    amount             INTEGER NOT NULL,
    currency           TEXT NOT NULL,
    expires_after_days INTEGER,
    provider           TEXT NOT NULL,
    session            TEXT,
    checkout_url       TEXT,
    status             TEXT NOT NULL,
    reason             TEXT,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    settled_at         INTEGER
) STRICT;

CREATE UNIQUE INDEX credit_purchases_public_id_key ON credit_purchases (public_id);
CREATE INDEX credit_purchases_workspace_id_idx ON credit_purchases (workspace_id, id);

-- What payment providers told, so that the same thing told again is known.
CREATE TABLE credit_payment_notices (
    provider    TEXT NOT NULL,
    notice      TEXT NOT NULL,
    purchase_id INTEGER NOT NULL REFERENCES credit_purchases (id) ON DELETE CASCADE,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (provider, notice)
) STRICT;

CREATE INDEX credit_payment_notices_purchase_id_idx ON credit_payment_notices (purchase_id);
