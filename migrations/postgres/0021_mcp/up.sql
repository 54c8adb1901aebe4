-- The MCP servers of workspaces. What is secret of them is sealed with the master key.
CREATE TABLE mcp_servers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name         text NOT NULL,
    title        text NOT NULL,
    description  text NOT NULL,
    status       text NOT NULL,
    target       jsonb NOT NULL,
    secrets      bytea,
    secret_names jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

CREATE UNIQUE INDEX mcp_servers_workspace_id_name_key ON mcp_servers (workspace_id, name);

-- What a workspace lets its callers do with a server, its own or the installation's.
CREATE TABLE mcp_policies (
    workspace_id  bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    server        text NOT NULL,
    is_enabled    boolean NOT NULL,
    allowed_tools jsonb,
    denied_tools  jsonb NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, server)
);

-- Versions of tools. Where a tool has none it is of version 1.0.0, as its server describes it.
CREATE TABLE mcp_tool_versions (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id    bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    server          text NOT NULL,
    tool            text NOT NULL,
    version         text NOT NULL,
    is_latest       boolean NOT NULL,
    description     text,
    input_schema    jsonb,
    output_schema   jsonb,
    changelog       text,
    migration_notes text,
    deprecated_at   timestamptz,
    sunset_at       timestamptz,
    created_at      timestamptz NOT NULL
);

CREATE UNIQUE INDEX mcp_tool_versions_workspace_id_server_tool_version_key
    ON mcp_tool_versions (workspace_id, server, tool, version);

-- Who called which tool, how long it took and how it ended.
CREATE TABLE mcp_calls (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id  bigint NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    server        text NOT NULL,
    tool          text NOT NULL,
    version       text NOT NULL,
    outcome       text NOT NULL,
    error         text,
    arguments     jsonb NOT NULL,
    duration_us   bigint NOT NULL,
    user_id       uuid NOT NULL,
    key_id        bigint,
    address       text,
    client        text,
    request       text,
    protocol      text NOT NULL,
    created_at    timestamptz NOT NULL
);

CREATE INDEX mcp_calls_workspace_id_idx ON mcp_calls (workspace_id, id);
CREATE INDEX mcp_calls_created_at_idx ON mcp_calls (created_at);
