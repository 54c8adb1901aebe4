-- What a workspace has: what its entries below come to, kept at hand. Whoever books something locks this row first.
CREATE TABLE credit_accounts (
    workspace_id     bigint NOT NULL PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
    balance          bigint NOT NULL CHECK (balance >= 0),
    last_purchase_at timestamptz,
    next_expiry_at   timestamptz
);

CREATE INDEX credit_accounts_next_expiry_at_idx ON credit_accounts (next_expiry_at) WHERE next_expiry_at IS NOT NULL;

-- Credits that came together: they are spent in one order and expire at one time.
CREATE TABLE credit_grants (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    source       text NOT NULL,
    amount       bigint NOT NULL CHECK (amount > 0),
    remaining    bigint NOT NULL CHECK (remaining >= 0 AND remaining <= amount),
    priority     integer NOT NULL,
    expires_at   timestamptz,
    created_at   timestamptz NOT NULL
);

CREATE INDEX credit_grants_workspace_id_idx ON credit_grants (workspace_id, id) WHERE remaining > 0;

-- The ledger, a row for each movement. Never changed.
CREATE TABLE credit_transactions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id     text NOT NULL,
    workspace_id  bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    kind          text NOT NULL,
    amount        bigint NOT NULL,
    balance_after bigint NOT NULL,
    description   text,
    resource_type text,
    resource_id   text,
    reference     text,
    refund_of     bigint REFERENCES credit_transactions (id) ON DELETE CASCADE,
    created_at    timestamptz NOT NULL
);

CREATE UNIQUE INDEX credit_transactions_public_id_key ON credit_transactions (public_id);
CREATE UNIQUE INDEX credit_transactions_workspace_id_reference_key ON credit_transactions (workspace_id, reference);
CREATE INDEX credit_transactions_workspace_id_idx ON credit_transactions (workspace_id, id);
CREATE INDEX credit_transactions_refund_of_idx ON credit_transactions (refund_of) WHERE refund_of IS NOT NULL;

-- Both sides of each movement: what a grant gives or takes, and where that goes or comes from. Those of a transaction come
-- to nothing. Never changed.
CREATE TABLE credit_entries (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id   bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    transaction_id bigint NOT NULL REFERENCES credit_transactions (id) ON DELETE CASCADE,
    account        text NOT NULL,
    grant_id       bigint REFERENCES credit_grants (id) ON DELETE CASCADE,
    amount         bigint NOT NULL
);

CREATE INDEX credit_entries_transaction_id_idx ON credit_entries (transaction_id, id);
CREATE INDEX credit_entries_workspace_id_idx ON credit_entries (workspace_id);
CREATE INDEX credit_entries_grant_id_idx ON credit_entries (grant_id) WHERE grant_id IS NOT NULL;

-- Who wanted to buy what, and what became of it.
CREATE TABLE credit_purchases (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id          text NOT NULL,
    workspace_id       bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    package_id         text NOT NULL,
    quantity           bigint NOT NULL,
    credits            bigint NOT NULL,
    bonus_credits      bigint NOT NULL,
    amount             bigint NOT NULL,
    currency           text NOT NULL,
    expires_after_days integer,
    provider           text NOT NULL,
    session            text,
    checkout_url       text,
    status             text NOT NULL,
    reason             text,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    settled_at         timestamptz
);

CREATE UNIQUE INDEX credit_purchases_public_id_key ON credit_purchases (public_id);
CREATE INDEX credit_purchases_workspace_id_idx ON credit_purchases (workspace_id, id);

-- What payment providers told, so that the same thing told again is known.
CREATE TABLE credit_payment_notices (
    provider    text NOT NULL,
    notice      text NOT NULL,
    purchase_id bigint NOT NULL REFERENCES credit_purchases (id) ON DELETE CASCADE,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (provider, notice)
);

CREATE INDEX credit_payment_notices_purchase_id_idx ON credit_payment_notices (purchase_id);
