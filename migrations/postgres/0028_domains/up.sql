-- Domains that sites are to answer at, and whether each was shown to be its tenant's.
CREATE TABLE hosting_domains (
    site_id      text NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    name         text NOT NULL,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    status       text NOT NULL,
    token        text NOT NULL,
    held_name    text,
    problem      text,
    missing_at   timestamptz,
    check_at     timestamptz,
    checked_at   timestamptz,
    verified_at  timestamptz,
    chain        text,
    sealed_key   bytea,
    issuer       text,
    not_after    timestamptz,
    renew_at     timestamptz,
    is_ordered   boolean NOT NULL,
    order_at     timestamptz,
    failures     bigint NOT NULL,
    fault        text,
    challenge    text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (site_id, name)
);

-- Anybody may claim a domain, and one site holds it: the name stands there once more while it does.
CREATE UNIQUE INDEX hosting_domains_held_name_key ON hosting_domains (held_name);
-- What name servers are to be asked of.
CREATE INDEX hosting_domains_check_at_idx ON hosting_domains (check_at) WHERE check_at IS NOT NULL;
-- What certificates are to be ordered for.
CREATE INDEX hosting_domains_order_at_idx ON hosting_domains (order_at) WHERE order_at IS NOT NULL;

-- Who the installation is to certificate authorities; sealed.
CREATE TABLE hosting_acme_accounts (
    directory  text PRIMARY KEY,
    sealed     bytea NOT NULL,
    created_at timestamptz NOT NULL
);
