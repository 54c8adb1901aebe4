-- Hosts whose pages tell of what happens on them. The name * stands for every host that nobody registered.
CREATE TABLE tracking_domains (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         text NOT NULL,
    pixel_key    text NOT NULL,
    settings     jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX tracking_domains_workspace_id_name_key ON tracking_domains (workspace_id, name);
CREATE UNIQUE INDEX tracking_domains_pixel_key_key ON tracking_domains (pixel_key);
CREATE INDEX tracking_domains_name_idx ON tracking_domains (name, id);

-- What makes the visitors of a day, sealed with the master key, and destroyed after two days.
CREATE TABLE tracking_salts (
    day  integer PRIMARY KEY,
    salt bytea NOT NULL
);

-- Hits as they were told of, many to a row, until they are rolled up.
CREATE TABLE tracking_inbox (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hits bytea NOT NULL
);

-- What follows refers to domains without a foreign key: there are millions of rows, and those of a domain that is gone
-- are deleted a few at a time.

-- What hits say, each said once.
CREATE TABLE tracking_words (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id bigint NOT NULL,
    word      text NOT NULL
);

CREATE UNIQUE INDEX tracking_words_domain_id_word_key ON tracking_words (domain_id, word);

-- Where 0 stands for a word, nothing was said.
CREATE TABLE tracking_visits (
    id         bigint PRIMARY KEY,
    domain_id  bigint NOT NULL,
    visitor    bigint NOT NULL,
    started_at timestamptz NOT NULL,
    last_at    timestamptz NOT NULL,
    hits       integer NOT NULL,
    views      integer NOT NULL,
    events     integer NOT NULL,
    host       bigint NOT NULL,
    entry_page bigint NOT NULL,
    exit_page  bigint NOT NULL,
    referrer   bigint NOT NULL,
    source     bigint NOT NULL,
    medium     bigint NOT NULL,
    campaign   bigint NOT NULL,
    term       bigint NOT NULL,
    content    bigint NOT NULL,
    country    bigint NOT NULL,
    device     bigint NOT NULL,
    browser    bigint NOT NULL,
    os         bigint NOT NULL
);

CREATE INDEX tracking_visits_domain_id_started_at_idx ON tracking_visits (domain_id, started_at);

-- The hits of each visit, in the order in which they came.
CREATE TABLE tracking_events (
    visit_id   bigint NOT NULL,
    number     integer NOT NULL,
    at         timestamptz NOT NULL,
    name       bigint NOT NULL,
    page       bigint NOT NULL,
    properties jsonb,
    PRIMARY KEY (visit_id, number)
);

-- The single values among their properties, to be counted by.
CREATE TABLE tracking_values (
    visit_id bigint NOT NULL,
    number   integer NOT NULL,
    property bigint NOT NULL,
    value    bigint NOT NULL,
    PRIMARY KEY (visit_id, number, property)
);

-- The visitors of today and yesterday: which visit they are at, and under what they were counted already.
CREATE TABLE tracking_visitors (
    domain_id bigint NOT NULL,
    visitor   bigint NOT NULL,
    visit_id  bigint NOT NULL,
    day       integer NOT NULL,
    paced_at  timestamptz NOT NULL,
    paced     integer NOT NULL,
    hits      integer NOT NULL,
    counted   bytea NOT NULL,
    PRIMARY KEY (domain_id, visitor)
);

CREATE INDEX tracking_visitors_day_idx ON tracking_visitors (day);

-- The numbers of each day, dimension and value.
CREATE TABLE tracking_cells (
    domain_id bigint NOT NULL,
    dimension integer NOT NULL,
    day       integer NOT NULL,
    word      bigint NOT NULL,
    visitors  bigint NOT NULL,
    visits    bigint NOT NULL,
    views     bigint NOT NULL,
    events    bigint NOT NULL,
    bounces   bigint NOT NULL,
    spent_us  bigint NOT NULL,
    PRIMARY KEY (domain_id, dimension, day, word)
);
