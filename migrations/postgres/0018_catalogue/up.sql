-- How often what is offered was changed, in one row. Whoever changes it locks that row first.
CREATE TABLE catalogue (
    id      integer NOT NULL PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL
);

INSERT INTO catalogue (id, version) VALUES (1, 0);

-- Features that stand above those of the plans file, or beside them.
CREATE TABLE catalogue_features (
    code       text NOT NULL PRIMARY KEY,
    body       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Plans that do, with what they grant.
CREATE TABLE catalogue_plans (
    name       text NOT NULL PRIMARY KEY,
    body       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
