-- Hosts whose pages tell of what happens on them. The name * stands for every host that nobody registered.
CREATE TABLE tracking_domains (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    pixel_key    TEXT NOT NULL,
    settings     TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX tracking_domains_workspace_id_name_key ON tracking_domains (workspace_id, name);
CREATE UNIQUE INDEX tracking_domains_pixel_key_key ON tracking_domains (pixel_key);
CREATE INDEX tracking_domains_name_idx ON tracking_domains (name, id);

-- What makes the visitors of a day, sealed with the master key, and destroyed after two days.
CREATE TABLE tracking_salts (
    day  INTEGER PRIMARY KEY,
    salt BLOB NOT NULL
) STRICT;

-- Hits as they were told of, many to a row, until they are rolled up.
CREATE TABLE tracking_inbox (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    hits BLOB NOT NULL
) STRICT;

-- What follows refers to domains without a foreign key: there are millions of rows, and those of a domain that is gone
-- are deleted a few at a time.

-- What hits say, each said once.
CREATE TABLE tracking_words (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id INTEGER NOT NULL,
    word      TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX tracking_words_domain_id_word_key ON tracking_words (domain_id, word);

-- Where 0 stands for a word, nothing was said.
CREATE TABLE tracking_visits (
    id         INTEGER PRIMARY KEY,
    domain_id  INTEGER NOT NULL,
    visitor    INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    hits       INTEGER NOT NULL,
    views      INTEGER NOT NULL,
    events     INTEGER NOT NULL,
    host       INTEGER NOT NULL,
    entry_page INTEGER NOT NULL,
    exit_page  INTEGER NOT NULL,
    referrer   INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    medium     INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    term       INTEGER NOT NULL,
    content    INTEGER NOT NULL,
    country    INTEGER NOT NULL,
    device     INTEGER NOT NULL,
    browser    INTEGER NOT NULL,
    os         INTEGER NOT NULL
) STRICT;

CREATE INDEX tracking_visits_domain_id_started_at_idx ON tracking_visits (domain_id, started_at);

-- The hits of each visit, in the order in which they came.
CREATE TABLE tracking_events (
    visit_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    name       INTEGER NOT NULL,
    page       INTEGER NOT NULL,
    properties TEXT,
    PRIMARY KEY (visit_id, number)
) STRICT, WITHOUT ROWID;

-- The single values among their properties, to be counted by.
CREATE TABLE tracking_values (
    visit_id INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    property INTEGER NOT NULL,
    value    INTEGER NOT NULL,
    PRIMARY KEY (visit_id, number, property)
) STRICT, WITHOUT ROWID;

-- The visitors of today and yesterday: which visit they are at, and under what they were counted already.
CREATE TABLE tracking_visitors (
    domain_id INTEGER NOT NULL,
    visitor   INTEGER NOT NULL,
    visit_id  INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    paced_at  INTEGER NOT NULL,
    paced     INTEGER NOT NULL,
    hits      INTEGER NOT NULL,
    counted   BLOB NOT NULL,
    PRIMARY KEY (domain_id, visitor)
) STRICT, WITHOUT ROWID;

CREATE INDEX tracking_visitors_day_idx ON tracking_visitors (day);

-- The numbers of each day, dimension and value.
CREATE TABLE tracking_cells (
    domain_id INTEGER NOT NULL,
    dimension INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    word      INTEGER NOT NULL,
    visitors  INTEGER NOT NULL,
    visits    INTEGER NOT NULL,
    views     INTEGER NOT NULL,
    events    INTEGER NOT NULL,
    bounces   INTEGER NOT NULL,
    spent_us  INTEGER NOT NULL,
    PRIMARY KEY (domain_id, dimension, day, word)
) STRICT, WITHOUT ROWID;
