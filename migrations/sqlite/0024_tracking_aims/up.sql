-- What sites want their visitors to do: goals, which are one step, and funnels, which are several.
CREATE TABLE tracking_aims (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id  INTEGER NOT NULL REFERENCES tracking_domains (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    steps      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX tracking_aims_domain_id_kind_name_key ON tracking_aims (domain_id, kind, name);
