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
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (site_id, name)
);

-- Anybody may claim a domain, and one site holds it: the name stands there once more while it does.
CREATE UNIQUE INDEX hosting_domains_held_name_key ON hosting_domains (held_name);
-- What name servers are to be asked of.
CREATE INDEX hosting_domains_check_at_idx ON hosting_domains (check_at) WHERE check_at IS NOT NULL;
