-- Domains that sites are to answer at, and whether each was shown to be its tenant's.
CREATE TABLE hosting_domains (
    site_id      TEXT NOT NULL REFERENCES hosting_sites (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    status       TEXT NOT NULL,
    token        TEXT NOT NULL,
    held_name    TEXT,
    problem      TEXT,
    missing_at   INTEGER,
    check_at     INTEGER,
    checked_at   INTEGER,
    verified_at  INTEGER,
    chain        TEXT,
    sealed_key   BLOB,
    issuer       TEXT,
    not_after    INTEGER,
    renew_at     INTEGER,
    is_ordered   INTEGER NOT NULL,
    order_at     INTEGER,
    failures     INTEGER NOT NULL,
    fault        TEXT,
    challenge    TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (site_id, name)
) STRICT;

-- Anybody may claim a domain, and one site holds it: the name stands there once more while it does.
CREATE UNIQUE INDEX hosting_domains_held_name_key ON hosting_domains (held_name);
-- What name servers are to be asked of.
CREATE INDEX hosting_domains_check_at_idx ON hosting_domains (check_at) WHERE check_at IS NOT NULL;
-- What certificates are to be ordered for.
CREATE INDEX hosting_domains_order_at_idx ON hosting_domains (order_at) WHERE order_at IS NOT NULL;

-- Who the installation is to certificate authorities; sealed.
CREATE TABLE hosting_acme_accounts (
    directory  TEXT PRIMARY KEY,
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
