-- The MCP servers of workspaces. What is secret of them is sealed with the master key.
CREATE TABLE mcp_servers (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    title        TEXT NOT NULL,
    description  TEXT NOT NULL,
    status       TEXT NOT NULL,
    target       TEXT NOT NULL,
    secrets      BLOB,
    secret_names TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX mcp_servers_workspace_id_name_key ON mcp_servers (workspace_id, name);

-- What a workspace lets its callers do with a server, its own or the installation's.
CREATE TABLE mcp_policies (
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    server        TEXT NOT NULL,
    is_enabled    INTEGER NOT NULL,
    allowed_tools TEXT,
    denied_tools  TEXT NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, server)
) STRICT;

-- Versions of tools. Where a tool has none it is of version 1.0.0, as its server describes it.
CREATE TABLE mcp_tool_versions (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    server          TEXT NOT NULL,
    tool            TEXT NOT NULL,
    version         TEXT NOT NULL,
    is_latest       INTEGER NOT NULL,
    description     TEXT,
    input_schema    TEXT,
    output_schema   TEXT,
    changelog       TEXT,
    migration_notes TEXT,
    deprecated_at   INTEGER,
    sunset_at       INTEGER,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX mcp_tool_versions_workspace_id_server_tool_version_key
    ON mcp_tool_versions (workspace_id, server, tool, version);

-- Who called which tool, how long it took and how it ended.
CREATE TABLE mcp_calls (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    server        TEXT NOT NULL,
    tool          TEXT NOT NULL,
    version       TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    error         TEXT,
    arguments     TEXT NOT NULL,
    duration_us   INTEGER NOT NULL,
    user_id       BLOB NOT NULL,
    key_id        INTEGER,
    address       TEXT,
    client        TEXT,
    request       TEXT,
    protocol      TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX mcp_calls_workspace_id_idx ON mcp_calls (workspace_id, id);
CREATE INDEX mcp_calls_created_at_idx ON mcp_calls (created_at);
