-- What sites want their visitors to do: goals, which are one step, and funnels, which are several.
CREATE TABLE tracking_aims (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id  bigint NOT NULL REFERENCES tracking_domains (id) ON DELETE CASCADE,
    kind       text NOT NULL,
    name       text NOT NULL,
    steps      jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX tracking_aims_domain_id_kind_name_key ON tracking_aims (domain_id, kind, name);
