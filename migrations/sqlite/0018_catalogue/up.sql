-- How often what is offered was changed, in one row. Whoever changes it locks that row first.
CREATE TABLE catalogue (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO catalogue (id, version) VALUES (1, 0);

-- Features that stand above those of the plans file, or beside them.
CREATE TABLE catalogue_features (
    code       TEXT NOT NULL PRIMARY KEY,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Plans that do, with what they grant.
CREATE TABLE catalogue_plans (
    name       TEXT NOT NULL PRIMARY KEY,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
